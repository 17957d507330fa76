import type { ConflictSummary, Estimate, LayerConflict, PairConflict } from '../ir/conflict'
import { blockMean, interval, lowerBound, probabilityBelow, upperBound, type BlockMean } from './blockMean'
import { holm } from './holm'
import { selfCosine } from './selfCosine'

/** One sampled step. Blocks are one T×T Gram matrix per trunk layer, row-major; rows of absent tasks are zero. */
export interface GradientSample {
  readonly step: number
  readonly layers: readonly string[]
  readonly blocks: readonly ArrayLike<number>[]
  /** The same of the first and the second half of the batch's rows. */
  readonly halves?: readonly [HalfSample, HalfSample]
}

export interface HalfSample {
  /** Squared norm of each task's gradient, by layer. */
  readonly squares: readonly ArrayLike<number>[]
  /** Labelled rows, by task. */
  readonly labels: readonly number[]
}

/** Mean cosines above −delta are no finding: too weak to matter. */
export const delta = 0.05
const alpha = 0.05
/** Fewer sampled steps than these report nothing. */
export const leastSamples = 32
const shownPairs = 3

/** Collects sampled steps and says which layers and pairs are in conflict. */
export class ConflictStatistics {
  private readonly steps: number[] = []
  private layers: readonly LayerSeries[] = []
  private readonly trunk: LayerSeries

  constructor(private readonly tasks: readonly string[]) {
    this.trunk = new LayerSeries('', tasks.length)
  }

  get samples(): number {
    return this.steps.length
  }

  add(sample: GradientSample): void {
    const T = this.tasks.length
    if (this.layers.length === 0) this.layers = sample.layers.map(layer => new LayerSeries(layer, T))
    this.steps.push(sample.step)
    const total = new Float64Array(T * T)
    for (const block of sample.blocks) for (let k = 0; k < total.length; k++) total[k]! += block[k]!
    this.trunk.add(total, total)
    this.layers.forEach((series, l) => {
      const block = sample.blocks[l]!
      series.add(block, total)
      if (!sample.halves) return
      const [first, second] = sample.halves
      for (let t = 0; t < T; t++) {
        const half = ({ squares, labels }: HalfSample) => ({ square: squares[l]![t]!, rows: labels[t]! })
        const cosine = selfCosine({ first: half(first), second: half(second), whole: block[t * T + t]! })
        if (cosine !== null) series.selfCosines[t]!.push(cosine)
      }
    })
  }

  summary(): ConflictSummary {
    const tests = this.layers.flatMap(series =>
      series.pairs.map(pair => ({ series, pair, mean: blockMean(pair.cosines) })).filter(({ pair }) => pair.cosines.length > 0),
    )
    const judged = tests.filter(({ mean }) => mean !== null && mean.samples >= leastSamples)
    const verdicts = holm(
      judged.map(({ mean }) => probabilityBelow(mean!, -delta)),
      alpha,
    )
    const layers = this.layers.map((series): LayerConflict => {
      const pairs = tests.filter(test => test.series === series).map(test => pairConflict(test, verdicts[judged.indexOf(test)]))
      pairs.sort((a, b) => a.cosine.mean - b.cosine.mean)
      return { layer: series.layer, gradientShare: series.share, pairs: pairs.filter((p, i) => i < shownPairs || p.reported) }
    })
    return {
      tasks: this.tasks,
      samples: this.samples,
      firstStep: this.steps[0] ?? 0,
      lastStep: this.steps.at(-1) ?? 0,
      delta,
      level: 1 - alpha,
      layers,
      trunk: { gradientShares: this.trunk.taskShares(), worst: this.tasks.map((_, t) => this.worstPartner(t)) },
    }
  }

  private worstPartner(task: number): { partner: number; cosine: number } | null {
    const partners = this.trunk.pairs
      .filter(({ pair, cosines }) => pair.includes(task) && cosines.length > 0)
      .map(({ pair, cosines }) => ({ partner: pair[0] === task ? pair[1] : pair[0], cosine: average(cosines) }))
    return partners.reduce<{ partner: number; cosine: number } | null>((a, b) => (a === null || b.cosine < a.cosine ? b : a), null)
  }
}

interface PairSeries {
  readonly pair: readonly [number, number]
  readonly cosines: number[]
  readonly magnitudes: number[]
}

/** What was seen at one layer. */
class LayerSeries {
  readonly pairs: readonly PairSeries[]
  readonly selfCosines: readonly number[][]
  private shares = 0
  private counted = 0
  private readonly taskSums: Float64Array

  constructor(
    readonly layer: string,
    private readonly T: number,
  ) {
    this.pairs = Array.from({ length: T }, (_, i) => i).flatMap(i =>
      Array.from({ length: T - i - 1 }, (_, k): PairSeries => ({ pair: [i, i + 1 + k], cosines: [], magnitudes: [] })),
    )
    this.selfCosines = Array.from({ length: T }, () => [])
    this.taskSums = new Float64Array(T)
  }

  /** @param total the whole trunk's Gram matrix of the same step */
  add(gram: ArrayLike<number>, total: ArrayLike<number>): void {
    const { T } = this
    const square = (t: number) => gram[t * T + t]!
    for (const { pair, cosines, magnitudes } of this.pairs) {
      const [i, j] = pair
      const [a, b] = [square(i), square(j)]
      // A task without a label in the batch, or without a gradient at this layer, has no angle to another.
      if (!(a > 0) || !(b > 0)) continue
      cosines.push(Math.max(-1, Math.min(1, gram[i * T + j]! / Math.sqrt(a * b))))
      magnitudes.push((2 * Math.sqrt(a * b)) / (a + b))
    }
    let [own, all] = [0, 0]
    for (let t = 0; t < T; t++) {
      own += square(t)
      all += total[t * T + t]!
    }
    if (!(all > 0)) return
    this.counted++
    this.shares += own / all
    for (let t = 0; t < T; t++) this.taskSums[t]! += square(t) / all
  }

  get share(): number {
    return this.counted === 0 ? 0 : this.shares / this.counted
  }

  taskShares(): number[] {
    return Array.from(this.taskSums, sum => (this.counted === 0 ? 0 : sum / this.counted))
  }
}

function pairConflict(
  { series, pair: { pair, cosines, magnitudes }, mean }: { series: LayerSeries; pair: PairSeries; mean: BlockMean | null },
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
    magnitude: average(magnitudes),
    bound: verdict && mean ? upperBound(mean, verdict.level) : null,
    signal,
    reported: verdict?.rejected === true && signal.every(bound => bound !== null && bound > 0),
  }
}

/** Too short a series says nothing of its mean: the interval is the whole range. */
function estimate(series: readonly number[], mean = blockMean(series), least: number, most: number): Estimate {
  if (mean === null) return { mean: average(series), low: least, high: most }
  const { low, high } = interval(mean)
  return { mean: mean.mean, low: Math.max(least, low), high: Math.min(most, high) }
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
