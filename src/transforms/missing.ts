import type { Json } from '../base/json'
import { boolean, oneOf, type OptionSpec, type OptionSpecs, type Options } from '../base/options'
import { countsOf, momentsOf, quantile, sortedPresent } from './statistics'
import type { ColumnValues } from './transform'

const fillOption: OptionSpec<string | number> = {
  type: 'string | number',
  doc: "What a gap is filled with where `missing` is 'constant'.",
  check: value => (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? undefined : 'a number or a text'),
}

const ways = ['drop', 'mean', 'median', 'mode', 'constant', 'zero'] as const

/** Options of every transformation: what happens to rows without a value. */
export function missingOptions(takes: 'numbers' | 'categories'): OptionSpecs {
  const fitting = takes === 'numbers' ? ways : ways.filter(way => way !== 'mean' && way !== 'median')
  return {
    missing: oneOf(
      fitting,
      `What happens to a row without a value: 'drop' leaves it out${takes === 'numbers' ? ", 'mean' and 'median' fill in those of the training split" : ''}, 'mode' fills in its most frequent value, 'constant' what \`fill\` says, 'zero' encodes it as zeros. Without it, the source’s \`missingFeatures\` holds.`,
    ),
    fill: fillOption,
    indicator: boolean('Adds one more output: 1 where the value is missing, else 0. Without `missing`, gaps are encoded as zeros.', {
      default: false,
    }),
  }
}

export type MissingWay = (typeof ways)[number]

/** @param source the source’s `missingFeatures`  @returns null where nobody says what happens to gaps */
export function missingWay(options: Options, source: Json | undefined, takes: 'numbers' | 'categories'): MissingWay | null {
  if (options.missing !== undefined) return options.missing as MissingWay
  if (options.indicator === true) return 'zero'
  if (source === undefined || source === null) return null
  return source === 'drop' || takes === 'numbers' ? (source as MissingWay) : 'mode'
}

/** A constant for a column of names. */
export const textOf = (fill: Json): string => (typeof fill === 'string' ? fill : JSON.stringify(fill))

/** @returns what gaps are filled with; null where they stay gaps, or no row has a value */
export function fitFill(way: MissingWay | null, options: Options, column: ColumnValues, rows: Int32Array): number | string | null {
  if (way === null || way === 'drop' || way === 'zero') return null
  if (way === 'constant') return 'values' in column ? Number(options.fill) : textOf(options.fill!)
  if (!('values' in column)) {
    const counts = countsOf(column.codes, rows, column.categories.length)
    const most = counts.reduce((most, count) => Math.max(most, count), 0)
    // Of two as frequent, the first in sorted order.
    return most === 0 ? null : column.categories.filter((_, code) => counts[code] === most).sort()[0]!
  }
  const sorted = sortedPresent(column.values, rows)
  if (sorted.length === 0) return null
  if (way === 'median') return quantile(sorted, 0.5)
  return way === 'mean' ? momentsOf(column.values, rows).mean : mostFrequent(sorted)
}

/** @returns the column with its gaps filled */
export function filled(column: ColumnValues, fill: number | string | null): ColumnValues {
  if (fill === null) return column
  if ('values' in column) return { values: column.values.map(value => (Number.isNaN(value) ? (fill as number) : value)) }
  const known = column.categories.indexOf(fill as string)
  const code = known < 0 ? column.categories.length : known
  const categories = known < 0 && column.codes.includes(-1) ? [...column.categories, fill as string] : column.categories
  return { codes: column.codes.map(own => (own < 0 ? code : own)), categories }
}

/** Of two as frequent, the lesser. */
function mostFrequent(sorted: Float64Array): number {
  let [best, most, run] = [sorted[0]!, 0, 0]
  for (let i = 0; i < sorted.length; i++) {
    run = i > 0 && sorted[i] === sorted[i - 1] ? run + 1 : 1
    if (run > most) [best, most] = [sorted[i]!, run]
  }
  return best
}
