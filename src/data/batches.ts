import type { Batch } from '../ir/batch'
import type { Split } from './dataset'
import type { EncodedRows } from './rows'

/** Encoded rows of all parts, in the order of their positions: training, validation, test. */
export interface Encoded {
  readonly inputs: Readonly<Record<string, EncodedRows>>
  /** Class index, 0/1 or standardised number; NaN where there is no label. */
  readonly targets: Readonly<Record<string, Float32Array>>
  /** Where rows are read in blocks: the rows of one, and the blocks that may be shuffled together. */
  readonly blocks: { readonly rows: number; readonly window: number } | null
}

/** Some consecutive rows of the encoded data. */
export class EncodedSplit implements Split {
  readonly blocks: Split['blocks']
  private readonly batches = new Map<number, Mutable<Batch>>()

  /** @param from position of the first row */
  constructor(
    private readonly encoded: Encoded,
    private readonly from: number,
    readonly rows: number,
    /** Weights of the label's values by task: masks of training rows say how much they count. */
    private readonly weights: Readonly<Record<string, readonly number[]>> = {},
    readonly resampling?: Split['resampling'],
    readonly origin?: Int32Array,
  ) {
    this.blocks = encoded.blocks && { ...encoded.blocks, first: from % encoded.blocks.rows }
  }

  batch(rows: ArrayLike<number>, size: number): Batch {
    if (rows.length > size) throw new RangeError(`${rows.length} rows do not fit into a batch of ${size}`)
    let batch = this.batches.get(size)
    if (!batch) this.batches.set(size, (batch = this.allocate(size)))
    batch.rows = rows.length
    for (const name in this.encoded.inputs) {
      const input = this.encoded.inputs[name]!
      const into = batch.inputs[name]!
      input.fill(rows, this.from, into)
      into.fill(0, rows.length * input.size)
    }
    for (const task in this.encoded.targets) {
      const values = this.encoded.targets[task]!
      const target = batch.targets[task]!
      const mask = batch.masks[task]!
      const weights = this.weights[task]
      for (let i = 0; i < rows.length; i++) {
        const value = values[rows[i]! + this.from]!
        const here = value === value // not NaN
        target[i] = here ? value : 0
        mask[i] = here ? (weights?.[value] ?? 1) : 0
      }
      target.fill(0, rows.length)
      mask.fill(0, rows.length)
    }
    return batch
  }

  readAhead(rows: ArrayLike<number>): void {
    for (const name in this.encoded.inputs) this.encoded.inputs[name]!.readAhead?.(rows, this.from)
  }

  private allocate(size: number): Mutable<Batch> {
    const { inputs, targets } = this.encoded
    const perTask = () => Object.fromEntries(Object.keys(targets).map(task => [task, new Float32Array(size)]))
    return {
      rows: 0,
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, new Float32Array(size * input.size)])),
      targets: perTask(),
      masks: perTask(),
    }
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
