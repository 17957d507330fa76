import { affinityOverSteps } from '../../conflict/affinityOverSteps'
import { bestGroupings, greedyGroupings, mostTasks, type Grouping } from '../../conflict/grouping'
import type { AffinityResult, TaskGrouping, TaskGroups, TaskTable } from '../../ir/affinity'
import type { GramEvent } from '../../runs/events'
import type { TrunkSimilarity } from './similarity'

/**
 * The figures of a measurement whose members are all trained.
 * @param samples of the training of all tasks
 * @param notes in whole sentences; those of this place follow them
 */
export function affinityResult(
  given: Pick<AffinityResult, 'id' | 'model' | 'tasks' | 'runs' | 'notes'>,
  samples: readonly GramEvent[],
  similarity: TrunkSimilarity,
): AffinityResult {
  const { tasks } = given
  const named = (table: readonly (readonly (number | null)[])[]): TaskTable =>
    Object.fromEntries(tasks.map((task, i) => [task, Object.fromEntries(tasks.map((other, j) => [other, table[i]?.[j] ?? null]))]))
  const { steps, mean, spread, firstOrder } = affinityOverSteps(tasks.length, samples)
  const notes = [...given.notes, ...notesOn(similarity)]
  const missing = tasks.flatMap((a, i) => tasks.flatMap((b, j) => (i !== j && mean[i]![j] == null ? [`${a} → ${b}`] : [])))
  if (missing.length > 0)
    notes.push(`No affinity of ${missing.join(', ')}: no sampled step had labels of both. In groupings it counts as 0.`)
  return {
    format: 1,
    ...given,
    affinity: named(mean),
    spread: named(spread),
    firstOrder: named(firstOrder),
    steps,
    cka: named(similarity.last),
    layers: [...similarity.layers].map(([layer, table]) => ({ layer, cka: named(table) })),
    // A grouping asks what a task gains by the others: affinity towards it.
    groupings: groupingsOf(
      tasks,
      tasks.map((_, i) => tasks.map((_, j) => mean[j]![i] ?? 0)),
    ),
    notes,
  }
}

/** @param gains [i][j]: what task i gains by training with task j */
export function groupingsOf(tasks: readonly string[], gains: readonly (readonly number[])[]): TaskGrouping[] {
  const exact = tasks.length <= mostTasks
  const named = ({ groups, score }: Grouping): TaskGroups => ({ groups: groups.map(group => group.map(i => tasks[i]!)), score })
  const apart = exact ? bestGroupings(gains, tasks.length, { apart: true }) : greedyGroupings(gains, tasks.length)
  const best = exact ? bestGroupings(gains, tasks.length) : apart
  return best.map((grouping, k) => ({ most: k + 1, ...named(grouping), exact, apart: named(apart[k]!) }))
}

function notesOn({ apart }: TrunkSimilarity): string[] {
  const names = (why: string) => apart.filter(one => one.why === why).map(({ pair }) => pair.join(' and '))
  const [layer, rows] = [names('no layer'), names('no rows')]
  return [
    ...(layer.length > 0 ? [`No CKA of ${layer.join(', ')}: they share no layer with weights.`] : []),
    ...(rows.length > 0 ? [`No CKA of ${rows.join(', ')}: there are too few validation rows with labels of both.`] : []),
  ]
}
