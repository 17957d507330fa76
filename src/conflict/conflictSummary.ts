import type { ConflictSummary, LayerConflict, PairConflict } from '../ir/conflict'
import { adviceOf } from './advice'
import { average, estimate, clamped } from './estimate'
import { blockMean, interval, lowerBound, probabilityBelow, upperBound, type BlockMean } from './blockMean'
import { halfCosine, type RowsGram } from './halfCosine'
import { holm } from './holm'
import { layerScore } from './layerScore'
import { magnitudeSimilarity } from './pairs'
import { trunkDiagnostics } from './trunkDiagnostics'
import { weightedGram } from './weightedGram'

/** One sampled step. Blocks are one T×T Gram matrix per trunk layer, row-major; rows of absent tasks are zero. */
export interface GradientSample {
  readonly step: number
  readonly layers: readonly string[]
  readonly blocks: readonly ArrayLike<number>[]
  /** The same of the first and the second half of the batch's rows. */
  readonly halves?: readonly [HalfSample, HalfSample]
  /** By task, null without a label. */
  readonly losses?: readonly (number | null)[]
  readonly learningRate?: number
  /** On the tasks' gradients in the step's update. */
  readonly weights?: readonly number[]
  /** Affinities by real steps. */
  readonly lookAhead?: readonly (readonly (number | null)[])[]
}

export interface HalfSample {
  readonly blocks: readonly ArrayLike<number>[]
  /** Labelled rows, by task. */
  readonly labels: readonly number[]
}

/**
 * Mean cosines above −delta are no finding. Two heads of one and the same task, begun with different weights, can differ by
 * about as much for a whole training without harm to either.
 */
export const delta = 0.1
/** Self-cosines below this on half batches are taken for noise. */
const leastSignal = 0.05
const alpha = 0.05
/** Fewer sampled steps than these report nothing. */
export const leastSamples = 32
const shownPairs = 3
/**
 * What the first third of a run showed is left out: heads that begin with random weights pull at the trunk in random directions
 * until they have found their features, and what matters is the conflict that stays.
 */
const settlingShare = 1 / 3

/** What came after the settling. @param samples in the order of their steps */
export function settledOf<S extends { readonly step: number }>(samples: readonly S[]): S[] {
  const lastStep = samples.at(-1)?.step ?? 0
  return samples.filter(({ step }) => step > lastStep * settlingShare)
}

/**
 * Which layers and pairs of tasks are in conflict, and how sure that is.
 * @param samples in the order of their steps; what came first is left out as settling
 */
export function summarise(tasks: readonly string[], samples: readonly GradientSample[]): ConflictSummary {
  const lastStep = samples.at(-1)?.step ?? 0
  const settled = settledOf(samples)
  const trunk = new LayerSeries('', tasks.length)
  const layers = (settled[0]?.layers ?? []).map(layer => new LayerSeries(layer, tasks.length))
  const totals = settled.map(({ blocks }) => sum(blocks, tasks.length))
  for (const [k, { blocks, halves, weights }] of settled.entries()) {
    const total = totals[k]!
    const parts = weightedGram(total, weights)
    trunk.add(total, parts, parts)
    layers.forEach((series, l) => {
      series.add(blocks[l]!, weightedGram(blocks[l]!, weights), parts)
      if (halves) series.addHalves(halves, l, blocks[l]!)
    })
  }
  const judged = judge(layers)
  const diagnostics = trunkDiagnostics(tasks.length, settled, totals)
  return {
    tasks,
    samples: settled.length,
    firstStep: settled[0]?.step ?? 0,
    lastStep,
    delta,
    level: 1 - alpha,
    layers: judged,
    trunk: { gradientShares: trunk.taskShares(), worst: tasks.map((_, t) => worstPartner(trunk, t)), diagnostics },
    advice: adviceOf(judged, diagnostics),
  }
}

function judge(layers: readonly LayerSeries[]): LayerConflict[] {
  const tests = layers.flatMap(series =>
    series.pairs
      .filter(({ cosines }) => cosines.length > 0)
      .map((pair): Test => ({ series, pair, mean: blockMean(pair.cosines), across: blockMean(pair.across) })),
  )
  const judged = tests.filter(({ mean }) => mean !== null && mean.samples >= leastSamples)
  const verdicts = holm(judged.map(probability), alpha)
  return layers.map(series => {
    const pairs = tests.filter(test => test.series === series).map(test => pairConflict(test, verdicts[judged.indexOf(test)]))
    pairs.sort((a, b) => a.cosine.mean - b.cosine.mean)
    return {
      layer: series.layer,
      gradientShare: series.share,
      pairs: pairs.filter((p, i) => i < shownPairs || p.reported),
      score: series.score,
    }
  })
}

function worstPartner(trunk: LayerSeries, task: number): { partner: number; cosine: number } | null {
  const partners = trunk.pairs
    .filter(({ pair, cosines }) => pair.includes(task) && cosines.length > 0)
    .map(({ pair, cosines }) => ({ partner: pair[0] === task ? pair[1] : pair[0], cosine: average(cosines) }))
  return partners.reduce<{ partner: number; cosine: number } | null>((a, b) => (a === null || b.cosine < a.cosine ? b : a), null)
}

function sum(blocks: readonly ArrayLike<number>[], T: number): Float64Array {
  const total = new Float64Array(T * T)
  for (const block of blocks) for (let k = 0; k < total.length; k++) total[k]! += block[k]!
  return total
}

interface PairSeries {
  readonly pair: readonly [number, number]
  readonly cosines: number[]
  readonly magnitudes: number[]
  /** Cosines across the halves of a batch. */
  readonly across: number[]
}

interface Test {
  readonly series: LayerSeries
  readonly pair: PairSeries
  readonly mean: BlockMean | null
  readonly across: BlockMean | null
}

/**
 * Both must be clear: that the mean cosine lies below −delta, and that it is negative across the halves of a batch too, where
 * two tasks that err on the same rows have nothing in common. The larger of two p-values tests that both hold (Berger 1982).
 */
function probability({ mean, across }: Test): number {
  return Math.max(probabilityBelow(mean!, -delta), across === null ? 1 : probabilityBelow(across, 0))
}

/** What was seen at one layer. */
class LayerSeries {
  readonly pairs: readonly PairSeries[]
  readonly selfCosines: readonly number[][]
  private shares = 0
  private counted = 0
  private low = 0
  private readonly taskSums: Float64Array

  constructor(
    readonly layer: string,
    private readonly T: number,
  ) {
    this.pairs = Array.from({ length: T }, (_, i) => i).flatMap(i =>
      Array.from({ length: T - i - 1 }, (_, k): PairSeries => ({ pair: [i, i + 1 + k], cosines: [], magnitudes: [], across: [] })),
    )
    this.selfCosines = Array.from({ length: T }, () => [])
    this.taskSums = new Float64Array(T)
  }

  /** @param parts this layer's weighted Gram matrix @param all the whole trunk's weighted one, of the same step */
  add(gram: ArrayLike<number>, parts: ArrayLike<number>, all: ArrayLike<number>): void {
    const { T } = this
    for (const { pair, cosines, magnitudes } of this.pairs) {
      const [i, j] = pair
      const [a, b] = [gram[i * T + i]!, gram[j * T + j]!]
      // A task without a label in the batch, or without a gradient at this layer, has no angle to another.
      if (!(a > 0) || !(b > 0)) continue
      cosines.push(Math.max(-1, Math.min(1, gram[i * T + j]! / Math.sqrt(a * b))))
      magnitudes.push(magnitudeSimilarity(parts[i * T + i]!, parts[j * T + j]!))
    }
    this.low += layerScore([gram], T, -delta)
    let [own, whole] = [0, 0]
    for (let t = 0; t < T; t++) {
      own += parts[t * T + t]!
      whole += all[t * T + t]!
    }
    if (!(whole > 0)) return
    this.counted++
    this.shares += own / whole
    for (let t = 0; t < T; t++) this.taskSums[t]! += parts[t * T + t]! / whole
  }

  /** @param whole this layer's Gram matrix of the whole batch */
  addHalves(halves: readonly [HalfSample, HalfSample], layer: number, whole: ArrayLike<number>): void {
    const [first, second] = halves.map(({ blocks, labels }) => ({ gram: blocks[layer]!, labels })) as [RowsGram, RowsGram]
    const keep = (list: number[], i: number, j: number) => {
      const cosine = halfCosine(first, second, whole, i, j)
      if (cosine !== null) list.push(cosine)
    }
    for (const { pair, across } of this.pairs) keep(across, pair[0], pair[1])
    this.selfCosines.forEach((list, t) => keep(list, t, t))
  }

  /** Recon's score over all pairs and steps that have one. */
  get score(): number {
    const all = this.pairs.reduce((sum, { cosines }) => sum + cosines.length, 0)
    return all === 0 ? 0 : this.low / all
  }

  get share(): number {
    return this.counted === 0 ? 0 : this.shares / this.counted
  }

  taskShares(): number[] {
    return Array.from(this.taskSums, sum => (this.counted === 0 ? 0 : sum / this.counted))
  }
}

function pairConflict(
  { series, pair: { pair, cosines, magnitudes }, mean, across }: Test,
  verdict: { readonly level: number; readonly rejected: boolean } | undefined,
): PairConflict {
  const signal = pair.map(task => {
    const own = blockMean(series.selfCosines[task]!)
    return own && lowerBound(own, alpha)
  }) as [number | null, number | null]
  return {
    pair,
    samples: cosines.length,
    cosine: estimate(cosines, mean, -1, 1),
    conflicting: estimate(
      cosines.map(c => (c < 0 ? 1 : 0)),
      undefined,
      0,
      1,
    ),
    across: across && clamped(interval(across), -1, 1),
    magnitude: average(magnitudes),
    bound: verdict && mean ? upperBound(mean, verdict.level) : null,
    signal,
    reported: verdict?.rejected === true && signal.every(bound => bound !== null && bound > leastSignal),
  }
}
