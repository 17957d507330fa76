import type { Split } from '../data/dataset'
import type { SamplingSettings } from '../ir/graph'
import { BatchOrder, type BatchOrderState } from './batchOrder'

export interface SetsOrderState {
  readonly sets: readonly BatchOrderState[]
  /** Steps of the present epoch that are done. */
  readonly step: number
}

/**
 * The rows of each training step of a model with several data sets. Each set has an order of its own: all its rows in a new
 * permutation, then all of them again, however epochs begin and end.
 *
 * By size or temperature, a step has `batchSize` rows of all sets together, always in the same shares as well as whole rows allow,
 * and an epoch has as many rows as all sets together; by size these are all rows once. In turns, a step has `batchSize` rows of one
 * set, and an epoch ends when the largest set is through.
 */
export class SetsOrder {
  readonly batchesPerEpoch: number
  private readonly orders: readonly BatchOrder[]
  /** Number of the first row of each set. */
  private readonly starts: readonly number[]
  /** Rows of each set in each step of an epoch, set by set within a step; null in turns. */
  private readonly counts: Uint32Array | null
  private step: number

  constructor(
    parts: readonly Pick<Split, 'rows' | 'blocks' | 'resampling'>[],
    private readonly batchSize: number,
    { sources }: SamplingSettings,
    seed: number,
    state: SetsOrderState | null = null,
  ) {
    this.orders = parts.map(
      ({ rows, blocks, resampling }, i) => new BatchOrder(rows, batchSize, seed, state?.sets[i], blocks, resampling, `order ${i}`),
    )
    this.starts = parts.reduce<number[]>((starts, { rows }) => [...starts, starts.at(-1)! + rows], [0])
    const sizes = this.orders.map(({ total }) => total)
    const total = sizes.reduce((a, b) => a + b, 0)
    const inTurns = sources === 'roundRobin'
    this.counts = inTurns ? null : countsOf(shares(sizes, sources === 'size' ? 1 : sources.temperature), total, batchSize)
    this.batchesPerEpoch = inTurns ? parts.length * Math.ceil(Math.max(...sizes) / batchSize) : Math.ceil(total / batchSize)
    this.step = state?.step ?? 0
  }

  /** The most rows that a step has of one set: the engine computes as many of each. */
  get mostRows(): number {
    return this.counts?.reduce((a, b) => Math.max(a, b)) ?? Math.min(this.batchSize, Math.max(...this.orders.map(({ total }) => total)))
  }

  /** @returns rows of the joined split; null after the epoch's last step */
  take(): Uint32Array | null {
    if (this.step >= this.batchesPerEpoch) return null
    const rows: number[] = []
    this.orders.forEach((order, set) => {
      for (let left = this.count(set); left > 0;) {
        const taken = order.take(left)
        if (taken === null) {
          order.beginEpoch()
          continue
        }
        for (const row of taken) rows.push(row + this.starts[set]!)
        // In turns, the last batch of a permutation may be smaller, so that an epoch of the largest set is all its rows once.
        left = this.counts === null ? 0 : left - taken.length
      }
    })
    this.step++
    return Uint32Array.from(rows)
  }

  /** @returns rows that will be asked for soon, each once */
  ahead(): Uint32Array | null {
    const rows = this.orders.flatMap((order, set) => Array.from(order.ahead() ?? [], row => row + this.starts[set]!))
    return rows.length === 0 ? null : Uint32Array.from(rows)
  }

  beginEpoch(): void {
    this.step = 0
  }

  state(): SetsOrderState {
    return { sets: this.orders.map(order => order.state()), step: this.step }
  }

  /** Rows of a set in the present step. */
  private count(set: number): number {
    const { counts, step, orders } = this
    if (counts) return counts[step * orders.length + set]!
    return step % orders.length === set ? this.batchSize : 0
  }
}

/** n^(1/τ), normed (Aharoni et al. 2019). */
function shares(sizes: readonly number[], temperature: number): number[] {
  const powers = sizes.map(size => size ** (1 / temperature))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map(power => power / sum)
}

/** Each step gets whole rows of each set so that, from step to step, every set has its share of all rows so far within one row. */
function countsOf(parts: readonly number[], total: number, batchSize: number): Uint32Array {
  const steps = Math.ceil(total / batchSize)
  const counts = new Uint32Array(steps * parts.length)
  const given = parts.map(() => 0)
  for (let step = 0; step < steps; step++) {
    const end = Math.min(total, (step + 1) * batchSize)
    // What a set lacks of its share, and nothing where it had more; rounding must not take away what is a whole row.
    const lacking = parts.map((part, i) => Math.max(0, part * end - given[i]! + 1e-9))
    const whole = lacking.map(Math.floor)
    const left = end - step * batchSize - whole.reduce((a, b) => a + b, 0)
    const rest = (set: number) => lacking[set]! - whole[set]!
    const byRest = [...parts.keys()].sort((a, b) => rest(b) - rest(a))
    for (const set of byRest.slice(0, Math.max(0, left))) whole[set]!++
    whole.forEach((rows, set) => {
      counts[step * parts.length + set] = rows
      given[set]! += rows
    })
  }
  return counts
}
