import type { Batch } from '../ir/batch'
import type { Split } from './dataset'
import type { FloatableArray } from './source'

/** Encoded rows of all parts. Raw arrays keep their own type and become float32 as batches are filled. */
export interface Encoded {
  readonly inputs: Readonly<Record<string, { readonly values: FloatableArray; readonly size: number }>>
  /** Class index, 0/1 or standardised number; NaN where there is no label. */
  readonly targets: Readonly<Record<string, Float32Array>>
}

/** Some rows of the encoded data. */
export class EncodedSplit implements Split {
  readonly rows: number
  private readonly batches = new Map<number, Mutable<Batch>>()

  /** @param index rows of the encoded data that belong to this part */
  constructor(
    private readonly encoded: Encoded,
    readonly index: Int32Array,
  ) {
    this.rows = index.length
  }

  batch(rows: ArrayLike<number>, size: number): Batch {
    if (rows.length > size) throw new RangeError(`${rows.length} rows do not fit into a batch of ${size}`)
    let batch = this.batches.get(size)
    if (!batch) this.batches.set(size, (batch = this.allocate(size)))
    batch.rows = rows.length
    for (const name in this.encoded.inputs) {
      const { values, size: width } = this.encoded.inputs[name]!
      const into = batch.inputs[name]!
      let at = 0
      for (let i = 0; i < rows.length; i++) {
        const from = this.index[rows[i]!]! * width
        for (let j = 0; j < width; j++) into[at++] = values[from + j]!
      }
      into.fill(0, at)
    }
    for (const task in this.encoded.targets) {
      const values = this.encoded.targets[task]!
      const target = batch.targets[task]!
      const mask = batch.masks[task]!
      for (let i = 0; i < rows.length; i++) {
        const value = values[this.index[rows[i]!]!]!
        const here = value === value // not NaN
        target[i] = here ? value : 0
        mask[i] = here ? 1 : 0
      }
      target.fill(0, rows.length)
      mask.fill(0, rows.length)
    }
    return batch
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
