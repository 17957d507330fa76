import { Random } from '../base/random'

export interface BatchOrderState {
  /** Generator at the start of the present epoch: the epoch's permutation is drawn from it again. */
  readonly random: readonly number[]
  /** Batches of the present epoch that were handed out. */
  readonly batch: number
}

/** The rows of each training batch: every epoch is a new permutation of all rows, drawn from the run's seed. */
export class BatchOrder {
  private readonly rows: Uint32Array
  private start: readonly number[]
  private random: Random
  private next: number

  constructor(
    private readonly count: number,
    private readonly batchSize: number,
    seed: number,
    state: BatchOrderState | null = null,
  ) {
    this.rows = new Uint32Array(count)
    this.random = state ? Random.restored(state.random) : Random.seeded(seed, 'order')
    this.start = this.random.state
    this.next = state?.batch ?? 0
    this.shuffle()
  }

  /** The last batch of an epoch may be smaller. */
  get batchesPerEpoch(): number {
    return Math.ceil(this.count / this.batchSize)
  }

  /** @returns the rows of the epoch's next batch; null after its last */
  take(): Uint32Array | null {
    const from = this.next * this.batchSize
    if (from >= this.count) return null
    this.next++
    return this.rows.subarray(from, Math.min(from + this.batchSize, this.count))
  }

  beginEpoch(): void {
    this.start = this.random.state
    this.next = 0
    this.shuffle()
  }

  state(): BatchOrderState {
    return { random: this.start, batch: this.next }
  }

  private shuffle(): void {
    for (let i = 0; i < this.count; i++) this.rows[i] = i
    this.random.shuffle(this.rows)
  }
}
