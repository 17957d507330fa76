import { partOf, quantileBounds } from './quantiles'

/** The labels of one task. */
export interface LabelColumn {
  readonly task: string
  /** null for numbers */
  readonly classes: readonly string[] | null
  /** Class index or number in its own unit; NaN where missing. */
  readonly values: Float64Array
}

const parts = 8

/** Classes as they are; numbers by parts of equal size, so that their mutual information with other labels can be counted. */
export function discrete({ classes, values }: LabelColumn): { readonly codes: Float64Array; readonly count: number } {
  if (classes) return { codes: values, count: classes.length }
  const bounds = quantileBounds(values, parts)
  return { codes: values.map(value => partOf(bounds, value)), count: bounds.length + 1 }
}
