import type { Json } from '../base/json'
import type { Batch } from '../ir/batch'
import type { FloatableArray } from './source'

/** The data of a model, split and preprocessed, ready to be batched. */
export interface Dataset {
  readonly train: Split
  readonly validation: Split
  readonly test: Split
  /** What was dropped, filled or is odd: shown before training starts and stored in the run. */
  readonly notes: readonly string[]
  /** The statistics fitted on the training split, as stored in the checkpoint. */
  readonly preprocessing: Preprocessing
  /** Files read, with size and SHA-256, for the run's manifest. */
  readonly fingerprints: readonly Fingerprint[]
  /**
   * Cheap (size and time; the content only where those moved). @returns null; once a file differs from what was read, which one and
   * how: 'cars.csv changed', 'photos/dog/3.png (row 24) was removed'
   */
  change(): Promise<string | null>
  /** Gives back what is kept outside of memory; no batch can be had any more. */
  close(): void
}

export interface Split {
  readonly rows: number
  /** Fills a batch with the given rows and pads it with masked rows up to `size`. The arrays are reused by the next call with the same size. */
  batch(rows: ArrayLike<number>, size: number): Batch
  /** @param floats makes the arrays @returns a batch of `size` rows, without any yet */
  allocate(size: number, floats?: (length: number) => Float32Array): WritableBatch
  /** Like `batch`, into arrays that the caller keeps; they have room for the rows. */
  fill(rows: ArrayLike<number>, into: WritableBatch): void
  /** The same rows for another thread. What lies in memory is shared, not copied, from then on. */
  share(): SharedSplit
  /**
   * Where the data don't fit into memory: rows of a block, which are read together, the rows of the split in its first block
   * that belong to another split, and the number of blocks that stay in memory while the next ones are read.
   */
  readonly blocks: { readonly rows: number; readonly first: number; readonly window: number } | null
  /** Classes of the rows, -1 where there is none, that are to be made equally frequent in training. */
  readonly resampling?: { readonly classes: Int32Array; readonly way: 'over' | 'under' }
  /** For each row of the split its row in the source, from 0. */
  readonly origin?: Int32Array
  /** Of several data sets: the splits of each, whose rows stand one behind the other in this one. A batch holds `size` rows of each at most. */
  readonly parts?: readonly Split[]
  /** Begins to read rows that will be asked for soon. */
  readAhead?(rows: ArrayLike<number>): void
}

export type WritableBatch = { -readonly [K in keyof Batch]: Batch[K] }

/** A split as plain data over shared memory and open files: `openShared` makes the same batches of it in another thread. */
export type SharedSplit = SharedRange | { readonly sets: readonly { readonly id: number; readonly split: SharedSplit }[] }

/** Some consecutive rows of encoded data. */
export interface SharedRange extends Pick<Split, 'rows' | 'resampling'> {
  readonly from: number
  readonly inputs: Readonly<Record<string, SharedRows>>
  readonly targets: Readonly<Record<string, Float32Array>>
  readonly blocks: { readonly rows: number; readonly window: number } | null
  readonly weights: Readonly<Record<string, readonly number[]>>
}

/** Rows as plain data over shared memory, or over an open file. */
export type SharedRows = SharedMemoryRows | SharedFileRows

export interface SharedMemoryRows {
  readonly values: FloatableArray
  readonly size: number
  readonly index: Int32Array | null
}

export interface SharedFileRows {
  readonly file: number
  readonly size: number
  readonly blockRows: number
  /** Blocks that stay in memory. */
  readonly residentBlocks: number
  /** Values are bytes; else floats. */
  readonly bytes: boolean
  /** Values of each column in a row, by the first one's place. */
  readonly widths: Map<number, number>
}

export interface Fingerprint {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** Plain data: restores the same encoding at prediction time, in another process or on another machine. */
export interface Preprocessing {
  readonly version: 1
  /** By name of the feature node. */
  readonly features: Readonly<Record<string, Json>>
  /** By task. */
  readonly labels: Readonly<Record<string, LabelEncoding>>
}

export type LabelEncoding =
  /** `weights` of the values' rows in the training loss: by class, or of no and yes. */
  | { readonly kind: 'class'; readonly column: string; readonly classes: readonly string[]; readonly weights?: readonly number[] }
  | {
      readonly kind: 'binary'
      readonly column: string
      readonly negative: string
      readonly positive: string
      readonly weights?: readonly number[]
    }
  /** `(value − mean) / deviation`, where `log` is true of ln(1 + value); what both are depends on the scaling. */
  | { readonly kind: 'number'; readonly column: string; readonly mean: number; readonly deviation: number; readonly log?: true }

/** A problem in the data: file, row and column where known, what was expected; and the span in the model file it belongs to. */
export class DataError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly place: { readonly file?: string; readonly row?: number; readonly column?: string; readonly source?: number } = {},
  ) {
    super(message)
  }
}
