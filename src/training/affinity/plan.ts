import type { ModelGraph } from '../../ir/graph'
import type { AffinityWishes } from '../../runs/affinity'
import type { Member, SeriesPlan } from '../../runs/series'

export const togetherKey = 'all tasks'
export const aloneKey = (task: string): string => `only ${task}`

/** Every sample of the task gradients looks ahead. */
const lookAhead = 1

/**
 * What is trained: all tasks with equal weights, looking ahead for their affinity (Fifty et al. 2021), and each task alone, with the
 * same seed, learning rate and epochs.
 */
export function planAffinity({ tasks, training }: ModelGraph, { seed = training.seed }: AffinityWishes): SeriesPlan {
  const together: Member = {
    key: togetherKey,
    label: 'all tasks together',
    request: { seed, lookAhead, variant: { weighting: { kind: 'equal', options: {} } } },
  }
  const alone = tasks.map(({ name }): Member => ({
    key: aloneKey(name),
    label: `${name} alone`,
    request: { seed, variant: { task: name } },
  }))
  const members = [together, ...alone]
  return { members, total: members.length }
}
