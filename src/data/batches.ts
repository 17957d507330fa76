import type { SharedRange, Split, WritableBatch } from './dataset'
import { ReusingSplit } from './reusingSplit'
import type { EncodedRows } from './rows'
import { shared } from './shared'

/** Encoded rows of all parts, in the order of their positions: training, validation, test. */
export interface Encoded {
  readonly inputs: Readonly<Record<string, EncodedRows>>
  /** Class index, 0/1 or standardised number; NaN where there is no label. */
  readonly targets: Readonly<Record<string, Float32Array>>
  /** Where rows are read in blocks: the rows of one, and the blocks that may be shuffled together. */
  readonly blocks: SharedRange['blocks']
}

/** Some consecutive rows of the encoded data. */
export class EncodedSplit extends ReusingSplit implements Split {
  readonly blocks: Split['blocks']

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
    super()
    this.blocks = encoded.blocks && { ...encoded.blocks, first: from % encoded.blocks.rows }
  }

  fill(rows: ArrayLike<number>, batch: WritableBatch): void {
    batch.rows = rows.length
    for (const name in this.encoded.inputs) {
      const input = this.encoded.inputs[name]!
      const into = batch.inputs[name]!
      if (rows.length * input.size > into.length)
        throw new RangeError(`${rows.length} rows do not fit into a batch of ${into.length / input.size}`)
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
  }

  readAhead(rows: ArrayLike<number>): void {
    for (const name in this.encoded.inputs) this.encoded.inputs[name]!.readAhead?.(rows, this.from)
  }

  share(): SharedRange {
    const { encoded, from, rows, weights, resampling } = this
    const { inputs, targets, blocks } = encoded
    return {
      from,
      rows,
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.share()])),
      targets: Object.fromEntries(Object.entries(targets).map(([task, values]) => [task, shared(values)])),
      blocks,
      weights,
      ...(resampling && { resampling }),
    }
  }

  allocate(size: number, floats = (length: number) => new Float32Array(length)): WritableBatch {
    const { inputs, targets } = this.encoded
    const perTask = () => Object.fromEntries(Object.keys(targets).map(task => [task, floats(size)]))
    return {
      rows: 0,
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, floats(size * input.size)])),
      targets: perTask(),
      masks: perTask(),
    }
  }
}
