import type { TrunkDiagnostics, TrunkPair } from '../ir/conflict'
import { firstOrderAffinity, type Affinity } from './affinity'
import { average, estimate } from './estimate'
import { cosines, magnitudeSimilarity } from './pairs'
import { conditionNumber, paretoGap } from './spectrum'
import { tragicTriad } from './tragicTriad'
import { weightedGram } from './weightedGram'

/** Eigenvalues and shortest combinations cost T³: of more samples than these, as many are taken at even distances. */
const spectra = 200

interface Measured {
  readonly losses?: readonly (number | null)[]
  readonly learningRate?: number
  readonly weights?: readonly number[]
  readonly lookAhead?: Affinity
}

/**
 * The diagnostics of the whole trunk. Lengths are those of the tasks' parts of the update, so that a weighting that balances them
 * is seen to; affinities are about a step on a task's loss as it is.
 * @param samples and `totals`, the trunk's Gram matrix of each, row-major T×T; rows of absent tasks are zero
 */
export function trunkDiagnostics(T: number, samples: readonly Measured[], totals: readonly Float64Array[]): TrunkDiagnostics {
  const parts = totals.map((total, k) => weightedGram(total, samples[k]!.weights))
  const full = parts.filter(total => squaresOf(total, T).every(square => square > 0))
  const stride = Math.max(1, Math.ceil(full.length / spectra))
  const some = full.filter((_, k) => k % stride === 0)
  const gaps = some.map(gram => ({ gap: paretoGap(gram, T), shortest: Math.sqrt(Math.min(...squaresOf(gram, T))) }))
  const condition = median(some.map(gram => conditionNumber(gram, T) ?? Infinity))
  const first = samples.map((sample, k) => firstOrderOf(sample, totals[k]!)).filter(table => table !== null)
  const ahead = samples.flatMap(({ lookAhead }) => (lookAhead ? [lookAhead] : []))
  return {
    condition: condition !== null && Number.isFinite(condition) ? condition : null,
    paretoGap:
      gaps.length === 0
        ? null
        : {
            absolute: average(gaps.map(({ gap }) => gap)),
            // Neither opposite gradients, whose mean is as short, nor a single long one make it small or large by themselves.
            relative: average(gaps.map(({ gap, shortest }) => Math.min(1, gap / shortest))),
          },
    pairs: pairsOf(T, parts),
    affinity: first.length > 0 ? meanOf(first, T) : null,
    lookAhead: ahead.length > 0 ? { samples: ahead.length, affinity: meanOf(ahead, T) } : null,
  }
}

const squaresOf = (gram: Float64Array, T: number): number[] => Array.from({ length: T }, (_, t) => gram[t * T + t]!)

/** Entries of tasks without a label in the step are null. @returns null where the sample is of a run of before */
export function firstOrderOf({ losses, learningRate }: Pick<Measured, 'losses' | 'learningRate'>, gram: Float64Array): Affinity | null {
  if (!losses || learningRate === undefined) return null
  const table = firstOrderAffinity(
    gram,
    losses.map(loss => loss ?? 0),
    learningRate,
  )
  return table.map((row, i) => row.map(value => (losses[i] === null ? null : value)))
}

/** Pairs of which one has no part of the update in a step have no angle in it. */
function pairsOf(T: number, parts: readonly Float64Array[]): TrunkPair[] {
  const tables = parts.map(gram => ({ gram, cosine: cosines(gram, T) }))
  const pairs: TrunkPair[] = []
  for (let i = 0; i < T; i++) {
    for (let j = i + 1; j < T; j++) {
      const seen = tables.filter(({ cosine }) => cosine[i]![j] !== null)
      if (seen.length === 0) continue
      const triads = seen.map(({ gram }) => tragicTriad(gram, i, j)!)
      const curvature = median(triads.map(triad => triad.curvature))!
      const values = seen.map(({ cosine }) => cosine[i]![j]!)
      const held = triads.map(({ holds }) => (holds ? 1 : 0))
      pairs.push({
        pair: [i, j],
        samples: seen.length,
        cosine: estimate(values, undefined, -1, 1),
        magnitude: average(seen.map(({ gram }) => magnitudeSimilarity(gram[i * T + i]!, gram[j * T + j]!))),
        curvature: Number.isFinite(curvature) ? curvature : null,
        triad: estimate(held, undefined, 0, 1),
      })
    }
  }
  return pairs
}

/** Entry by entry the mean of what is not null. */
export function meanOf(tables: readonly Affinity[], T: number): (number | null)[][] {
  return Array.from({ length: T }, (_, i) =>
    Array.from({ length: T }, (_, j) => {
      const values = tables.map(table => table[i]![j]!).filter(value => value !== null)
      return values.length > 0 ? average(values) : null
    }),
  )
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
