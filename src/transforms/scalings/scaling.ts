/** What a scaling learns: value → (value − center) / range, after the logarithm where there is one. */
export type ScalingState = AffineState | QuantileState

export interface AffineState {
  readonly center: number
  readonly range: number
  /** ln(1 + value) comes first. */
  readonly log?: true
}

/** Values at evenly spaced shares from 0 to 1. */
export interface QuantileState {
  readonly quantiles: readonly number[]
}

/** A way to bring numbers to one scale. One file each, and one line in the table. */
export interface Scaling {
  readonly kind: string
  readonly doc: string
  /**
   * @param values of the rows, NaN where missing; at least one is present
   * @param rows of the training split
   * @throws RangeError saying what the values should be
   */
  fit(values: Float64Array, rows: Int32Array): ScalingState
}
