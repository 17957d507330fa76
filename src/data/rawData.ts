import type { Json } from '../base/json'
import type { Encoded } from './batches'
import type { RawLabel } from './labels'

/** The columns or arrays of a model's source, read but not fitted yet. */
export interface RawData {
  readonly rows: number
  /** One per task of the graph. */
  readonly labels: readonly RawLabel[]
  /** Stratum of each row, -1 where the value is missing; null where nothing is stratified. */
  readonly strata: Int32Array | null
  /** Rows that can't be used, as they lack a feature or repeat another row; and why, for a note. */
  readonly left: readonly { readonly rows: Uint8Array; readonly note: string }[]
  /** The training rows without those that the model file leaves out as outliers. */
  withoutOutliers(train: Int32Array, notes: string[]): Int32Array
  /** Fits on the training split and encodes all rows. */
  encode(train: Int32Array, notes: string[]): { readonly inputs: Encoded['inputs']; readonly features: Readonly<Record<string, Json>> }
}
