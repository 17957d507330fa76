import type { Json } from '../base/json'
import type { Options, OptionSpec } from '../base/options'
import { momentsOf, quantile, sortedPresent } from './statistics'

/** `{ clip: 'iqr' }`, `{ drop: 'zScore', beyond: 3 }` */
interface Outliers {
  readonly clip?: Fence
  readonly drop?: Fence
  readonly beyond?: number
}

type Fence = 'iqr' | 'zScore'

const expected = "{ clip: 'iqr' }, { clip: 'zScore' }, { drop: 'iqr' } or { drop: 'zScore' }, with beyond: a number above 0 where wanted"

export const outliersOption: OptionSpec<Outliers> = {
  type: "{ readonly clip: 'iqr' | 'zScore'; readonly beyond?: number } | { readonly drop: 'iqr' | 'zScore'; readonly beyond?: number }",
  doc: "What happens to values far out: `clip` moves them to the fence, `drop` leaves out their rows in training. 'iqr' sets the fences `beyond` (1.5) times the distance between the quartiles outside of them (Tukey 1977), 'zScore' `beyond` (3) standard deviations from the mean; both of the training split.",
  check(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return expected
    const { clip, drop, beyond, ...rest } = value as Record<string, unknown>
    const fence = clip ?? drop
    const fits =
      (clip === undefined) !== (drop === undefined) &&
      (fence === 'iqr' || fence === 'zScore') &&
      (beyond === undefined || (typeof beyond === 'number' && beyond > 0 && Number.isFinite(beyond))) &&
      Object.keys(rest).length === 0
    return fits ? undefined : expected
  },
}

/** Fences fitted on the training split; what lies outside is an outlier. */
export interface Fences {
  readonly low: number
  readonly high: number
  readonly action: 'clip' | 'drop'
}

/** @param given the option as checked  @returns null where nothing is asked, or no row has a value */
export function fitFences(given: Json | undefined, values: Float64Array, rows: Int32Array): Fences | null {
  if (given === undefined) return null
  const { clip, drop, beyond } = given as Outliers
  const action = clip === undefined ? 'drop' : 'clip'
  const sorted = sortedPresent(values, rows)
  if (sorted.length === 0) return null
  if ((clip ?? drop) === 'iqr') {
    const [low, high] = [quantile(sorted, 0.25), quantile(sorted, 0.75)]
    const reach = (beyond ?? 1.5) * (high - low)
    return { low: low - reach, high: high + reach, action }
  }
  const { mean, deviation } = momentsOf(values, rows)
  const reach = (beyond ?? 3) * deviation
  return { low: mean - reach, high: mean + reach, action }
}

export const isOutside = ({ low, high }: Fences, value: number): boolean => value < low || value > high

/** Whether rows are left out for the column, by its options. */
export const dropsOutliers = ({ outliers }: Options): boolean => outliers !== undefined && (outliers as Outliers).drop !== undefined
