/** Float32 rows, batch-major. Inputs by node name, [rows, …shape] with images [height, width, channels] as in the file. */
export interface Batch {
  /** Rows that are real; the rest up to the batch size is padding. */
  readonly rows: number
  /**
   * Where a model has several data sets: real rows of each, by its id, at most `rows`. The rows of every set begin at the first
   * place: what stands at one place in the inputs of two sets has nothing to do with each other.
   */
  readonly setRows?: Readonly<Record<number, number>>
  readonly inputs: Readonly<Record<string, Float32Array>>
  /** By task name, [rows]: class index, 0/1 or standardised number; 0 where missing. */
  readonly targets: Readonly<Record<string, Float32Array>>
  /** By task name, [rows]: 1 where the row has a label, else 0; in training its weight, where labels are weighted. */
  readonly masks: Readonly<Record<string, Float32Array>>
}
