import type { ModelGraph } from '../../ir/graph'
import { weightingName } from '../../ir/tracedWeighting'
import type { ComparisonSettings, Weighting } from '../../runs/comparison'
import { RunError } from '../../runs/folder'
import type { Member, MemberResult, SeriesPlan } from '../../runs/series'
import { mean } from './delta'
import { fixedGrid, tunedName } from './methods'

/** One setting of a contender: what is chosen between on the first seed. */
export interface Trial {
  readonly learningRate: number
  /** null for a single-task model. */
  readonly weighting: Weighting | null
}

export interface TriedTrial extends Trial {
  readonly result: MemberResult
  /** Lower is better; null for a training that diverged. */
  readonly score: number | null
}

/** A single-task model or a method, with what is known of it. */
export interface Standing {
  readonly name: string
  /** The task that is trained alone; undefined for a method. */
  readonly task?: string
  readonly tried: readonly TriedTrial[]
  /** null while the choice is open, and where every trial diverged. */
  readonly chosen: TriedTrial | null
  /** Of the chosen trial, by seed; the first one's is the trial itself. */
  readonly seeds: ReadonlyMap<number, MemberResult>
}

export interface ComparisonPlan extends SeriesPlan {
  readonly standings: readonly Standing[]
}

/**
 * What a comparison trains. Each contender tries its candidates with the first seed; the best one by the validation split is
 * trained with the other seeds too. So every contender has the same budget per training, and the test split chooses nothing.
 * The score of a single-task model is its validation loss; that of a method the mean over tasks of validation loss ÷ validation
 * loss of the chosen single-task model. Fixed weights are searched at the learning rate that is best for equal ones.
 * @throws RunError where a task alone diverges with every learning rate
 */
export function planComparison(
  graph: ModelGraph,
  settings: ComparisonSettings,
  results: ReadonlyMap<string, MemberResult>,
): ComparisonPlan {
  const members = new Map<string, Member>()
  let open = 0
  const first = settings.seeds[0]!
  const standings: Standing[] = []
  const tasks = graph.tasks.map(({ name }) => name)

  /** @returns its result, once there is one */
  const need = (contender: { name: string; task?: string }, trial: Trial, seed: number): MemberResult | undefined => {
    const member = memberOf(contender, trial, seed, settings)
    // Equal weights are one candidate of the search and a method of their own: they are trained once.
    if (!members.has(member.key)) members.set(member.key, member)
    return results.get(member.key)
  }

  const contend = (
    contender: { name: string; task?: string },
    rounds: readonly Round[],
    score: (result: MemberResult) => number | null,
  ) => {
    const tried: TriedTrial[] = []
    const best = () => tried.reduce<TriedTrial | null>((best, t) => (t.score !== null && (!best || t.score < best.score!) ? t : best), null)
    let known = true
    for (const round of rounds) {
      if (!known) {
        open += round.size
        continue
      }
      for (const trial of round.trials(best())) {
        const result = need(contender, trial, first)
        if (result) tried.push({ ...trial, result, score: result.end.status === 'completed' ? score(result) : null })
        else known = false
      }
    }
    const chosen = known ? best() : null
    const seeds = new Map<number, MemberResult>()
    if (!known) open += settings.seeds.length - 1
    else if (chosen) {
      for (const seed of settings.seeds) {
        const result = need(contender, chosen, seed)
        if (result) seeds.set(seed, result)
      }
    }
    standings.push({ ...contender, tried, chosen, seeds })
  }

  for (const task of tasks) {
    const trials = settings.learningRates.map(learningRate => ({ learningRate, weighting: null }))
    contend({ name: task, task }, [{ size: trials.length, trials: () => trials }], result => validationLoss(result, task))
    const { tried, chosen } = standings.at(-1)!
    if (tried.length === trials.length && !chosen)
      throw new RunError(`${task} alone diverged with every learning rate: there is nothing to compare with. Try a lower one.`)
  }
  const alone = tasks.map((_, i) => standings[i]!.chosen?.score ?? null)
  const score = (result: MemberResult): number => {
    // Both are there: all single-task models were trained before, and each task has labels among the validation rows.
    const ratios = tasks.map((task, i) => validationLoss(result, task)! / Math.max(alone[i]!, 1e-12))
    return mean(ratios)
  }
  for (const [name, weighting] of Object.entries(settings.methods)) {
    contend(
      { name },
      settings.tuned && name === tunedName ? tunedRounds(graph, weighting, settings) : plainRounds(weighting, settings.learningRates),
      score,
    )
  }
  return { members: [...members.values()], total: members.size + open, standings }
}

/** Trials that are tried together; those of a later round may build on the best one before. */
interface Round {
  /** How many new ones it will have. */
  readonly size: number
  trials(best: Trial | null): readonly Trial[]
}

function plainRounds(weighting: Weighting, learningRates: readonly number[]): Round[] {
  return [{ size: learningRates.length, trials: () => learningRates.map(learningRate => ({ learningRate, weighting })) }]
}

function tunedRounds(graph: ModelGraph, own: Weighting, { learningRates }: ComparisonSettings): Round[] {
  const [equal, ...others] = fixedGrid(
    graph.tasks.map(({ name }) => name),
    own,
  )
  return [
    ...plainRounds(equal!, learningRates),
    {
      size: others.length,
      trials: best => others.map(weighting => ({ learningRate: best?.learningRate ?? Math.min(...learningRates), weighting })),
    },
  ]
}

function memberOf(
  { name, task }: { name: string; task?: string },
  { learningRate, weighting }: Trial,
  seed: number,
  { learningRates }: ComparisonSettings,
): Member {
  const what = task === undefined ? `${weighting!.kind}(${JSON.stringify(weighting!.options)})` : `only ${task}`
  const rate = learningRates.length > 1 ? `, learning rate ${learningRate}` : ''
  return {
    key: `${what}, learning rate ${learningRate}, seed ${seed}`,
    label: `${task === undefined ? methodText(name, weighting!) : `${task} alone`}${rate}, seed ${seed}`,
    request: { seed, variant: { learningRate, ...(task === undefined ? { weighting: weighting! } : { task }) } },
  }
}

/** `pcGrad`, `fixed species 2, mass 0.5`. */
export function methodText(name: string, { kind, options }: Weighting): string {
  if (name !== tunedName) return weightingName({ kind, options })
  if (kind === 'equal') return `${name}, all alike`
  const weights = Object.entries((options.weights ?? {}) as Record<string, number>)
  return `${name} ${weights.map(([task, weight]) => `${task} ${Number(weight.toPrecision(3))}`).join(', ')}`
}

const validationLoss = ({ end }: MemberResult, task: string): number | null => end.metrics[task]?.validation_loss ?? null
