import { Random } from '../base/random'
import type { Split } from '../data/dataset'
import { Resampling } from './resampling'

export interface BatchOrderState {
  /** Generator at the start of the present epoch: the epoch's permutation is drawn from it again. */
  readonly random: readonly number[]
  /** Rows of the present epoch that were handed out. */
  readonly row?: number
  /** In place of it, in checkpoints of earlier versions: batches. */
  readonly batch?: number
}

/**
 * The rows of each training batch: every epoch is a new permutation of all rows, drawn from the run's seed. Where rows are
 * read in blocks, the blocks are permuted, and then the rows within a window of some blocks.
 */
export class BatchOrder {
  private readonly rows: Uint32Array
  /** Where each window begins in `rows`, and the end of the last. */
  private windows: readonly number[] = []
  private announced = 0
  private start: readonly number[]
  private random: Random
  private position: number
  private readonly resampling: Resampling | null
  /** Rows of an epoch. */
  readonly total: number

  constructor(
    private readonly count: number,
    private readonly batchSize: number,
    seed: number,
    state: BatchOrderState | null = null,
    private readonly blocks: Split['blocks'] = null,
    resampling?: Split['resampling'],
    stream = 'order',
  ) {
    this.resampling = resampling ? new Resampling(resampling) : null
    this.total = this.resampling?.total ?? count
    this.rows = new Uint32Array(this.total)
    this.random = state ? Random.restored(state.random) : Random.seeded(seed, stream)
    this.start = this.random.state
    this.position = state?.row ?? (state?.batch ?? 0) * batchSize
    this.shuffle()
  }

  /** The last batch of an epoch may be smaller. */
  get batchesPerEpoch(): number {
    return Math.ceil(this.total / this.batchSize)
  }

  /** @returns the next rows of the epoch, fewer where it ends; null after its last */
  take(count = this.batchSize): Uint32Array | null {
    const from = this.position
    if (from >= this.total) return null
    this.position = Math.min(from + count, this.total)
    return this.rows.subarray(from, this.position)
  }

  /** @returns the rows of the next window, once, when the order has entered the one before it; else null */
  ahead(): Uint32Array | null {
    const { windows, position } = this
    if (this.announced >= windows.length - 2 || position < windows[this.announced]!) return null
    do this.announced++
    while (this.announced < windows.length - 2 && windows[this.announced]! < position)
    return this.rows.subarray(windows[this.announced], windows[this.announced + 1])
  }

  beginEpoch(): void {
    this.start = this.random.state
    this.position = 0
    this.shuffle()
  }

  state(): BatchOrderState {
    return { random: this.start, row: this.position }
  }

  private shuffle(): void {
    const times = this.resampling?.draw(this.random) ?? null
    if (this.blocks !== null) return this.shuffleBlocks(this.blocks, times)
    this.list(0, this.count, 0, times)
    this.random.shuffle(this.rows)
  }

  /** Writes a range of rows, each as often as it is taken. @returns the place behind the last */
  private list(from: number, to: number, at: number, times: Uint32Array | null): number {
    for (let row = from; row < to; row++) for (let n = times?.[row] ?? 1; n > 0; n--) this.rows[at++] = row
    return at
  }

  private shuffleBlocks({ rows: size, first, window }: NonNullable<Split['blocks']>, times: Uint32Array | null): void {
    const order = this.random.shuffle(Uint32Array.from({ length: Math.ceil((first + this.count) / size) }, (_, block) => block))
    const windows: number[] = []
    let at = 0
    order.forEach((block, i) => {
      if (i % window === 0) windows.push(at)
      const [from, to] = [Math.max(0, block * size - first), Math.min(this.count, (block + 1) * size - first)]
      at = this.list(from, to, at, times)
    })
    windows.forEach((start, i) => this.random.shuffle(this.rows.subarray(start, windows[i + 1] ?? at)))
    this.windows = [...windows, at]
    this.announced = 0
  }
}
