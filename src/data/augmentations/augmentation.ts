import type { OptionSpecs, Options } from '../../base/options'
import type { Random } from '../../base/random'

/** One image of a batch, changed in place. Values as in the file, before the input's `scale`. */
export interface Image {
  /** [height, width, channels] */
  readonly values: Float32Array
  readonly height: number
  readonly width: number
  readonly channels: number
  /** The largest value that a pixel may have; null where nothing is known of it. */
  readonly most: number | null
}

/** Rows of a batch with their inputs, [rows, …], and the weights of their labels. */
export interface Rows {
  readonly rows: number
  readonly inputs: readonly Float32Array[]
  readonly masks: readonly Float32Array[]
}

/**
 * A random change of training rows, drawn anew for each step from the run's seed; validation and prediction see the data as they
 * are. One file each, and one line in the table.
 */
export interface Augmentation {
  readonly kind: string
  readonly doc: string
  readonly example: string
  readonly options: OptionSpecs
  readonly positional: readonly string[]
  /** Changes one image. @param held as large as the image, for what is overwritten too early */
  image?(image: Image, options: Options, random: Random, held: Float32Array): void
  /** Changes rows together, all inputs of them. */
  rows?(batch: Rows, options: Options, random: Random): void
}
