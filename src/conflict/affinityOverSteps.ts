import type { Affinity } from './affinity'
import type { GradientSample } from './conflictSummary'
import { firstOrderOf, meanOf } from './trunkDiagnostics'

export interface AffinityOverSteps {
  /** Steps with a look-ahead. */
  readonly steps: number
  readonly mean: Affinity
  /** Standard deviation over the steps; null for less than two. */
  readonly spread: Affinity
  /** Mean to first order, over all sampled steps. */
  readonly firstOrder: Affinity
}

/** Affinity by look-ahead over a whole training, from its first sampled step to its last, as TAG takes it (Fifty et al. 2021, eq. 2). */
export function affinityOverSteps(T: number, samples: readonly GradientSample[]): AffinityOverSteps {
  const ahead = samples.flatMap(({ lookAhead }) => (lookAhead ? [lookAhead] : []))
  const first = samples.map(sample => firstOrderOf(sample, total(sample, T))).filter(table => table !== null)
  const mean = meanOf(ahead, T)
  const spread = mean.map((row, i) =>
    row.map((m, j) => {
      const values = ahead.map(table => table[i]![j]!).filter(value => value !== null)
      return m === null || values.length < 2 ? null : Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1))
    }),
  )
  return { steps: ahead.length, mean, spread, firstOrder: meanOf(first, T) }
}

/** The whole trunk's Gram matrix. */
function total({ blocks }: GradientSample, T: number): Float64Array {
  return Float64Array.from({ length: T * T }, (_, k) => blocks.reduce((sum, block) => sum + block[k]!, 0))
}
