import type { Json } from '../base/json'
import type { RawLabel } from './labels'
import type { EncodedRows, RowWriter } from './rows'
import type { SplitKeys } from './split'

/** The columns or arrays of a model's source, read but not fitted yet. */
export interface RawData {
  readonly rows: number
  /** One per task of the graph. */
  readonly labels: readonly RawLabel[]
  /** What the split goes by. */
  readonly keys: SplitKeys
  /** Rows that can't be used, as they lack a feature or repeat another row; and why, for a note. */
  readonly left: readonly { readonly rows: Uint8Array; readonly note: string }[]
  /** The training rows without those that the model file leaves out as outliers. */
  withoutOutliers(train: Int32Array, notes: string[]): Promise<Int32Array>
  /** Fits what the inputs need on the training split. */
  fit(train: Int32Array, notes: string[]): Promise<readonly FittedInput[]>
}

/** An input whose encoding is known: a checkpoint stores `state`. */
export interface FittedInput {
  readonly name: string
  readonly state: Json
  /** Values per row. */
  readonly size: number
  /** Bytes of a value, where the rows are stored encoded: 1 for what is a byte in the file, else 4. */
  readonly element: 1 | 4
  /** Encodes the rows of `order` one column after another. */
  write?(order: Int32Array, writer: RowWriter): Promise<void>
  /** In place of `write`, where the values are in memory as they are. */
  rows?(order: Int32Array): EncodedRows
}
