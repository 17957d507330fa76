import type { OptionSpec } from '../base/options'
import { boolean } from '../base/options'
import { momentsOf } from './statistics'
import { short } from './wording'
import { categoryTransform } from './transform'

/** Parts of a date: value, and for those that come round again, the period. All times are taken as they are written. */
const parts: Readonly<Record<string, { readonly of: (date: Date) => number; readonly period?: number; readonly first?: number }>> = {
  year: { of: date => date.getUTCFullYear() },
  quarter: { of: date => Math.floor(date.getUTCMonth() / 3), period: 4 },
  month: { of: date => date.getUTCMonth(), period: 12 },
  day: { of: date => date.getUTCDate() - 1, period: 31 },
  weekday: { of: date => (date.getUTCDay() + 6) % 7, period: 7 },
  dayOfYear: { of: dayOfYear, period: 366 },
  hour: { of: date => date.getUTCHours(), period: 24 },
  minute: { of: date => date.getUTCMinutes(), period: 60 },
  weekend: { of: date => Number(date.getUTCDay() % 6 === 0) },
  days: { of: date => date.getTime() / 86_400_000 },
}

const names = Object.keys(parts)
/** The others are standardised, but for the weekend, which is 0 or 1. */
const isTrend = (part: string) => part === 'year' || part === 'days'

interface PartState {
  readonly [field: string]: string | number | boolean
  readonly part: string
  readonly cyclic: boolean
  readonly mean: number
  readonly deviation: number
}

const partsOption: OptionSpec<readonly string[]> = {
  type: `readonly (${names.map(name => `'${name}'`).join(' | ')})[]`,
  doc: `Which parts: ${names.map(name => `'${name}'`).join(', ')}. 'days' is the time as one number, in days.`,
  required: true,
  choices: names,
  check: value =>
    Array.isArray(value) && value.length > 0 && new Set(value).size === value.length && value.every(part => names.includes(part as string))
      ? undefined
      : `a list of different parts out of ${names.map(name => `'${name}'`).join(', ')}`,
}

const unitsOf = (part: string, cyclic: boolean) => (cyclic && parts[part]!.period !== undefined ? 2 : 1)

export const date = categoryTransform<PartState[]>({
  kind: 'date',
  doc: 'A column of dates (2024-05-17, with or without a time) as some of their parts. Parts that come round again become sine and cosine, so that December is next to January.',
  example: "columns: { when: date(['year', 'month', 'weekday', 'hour']) }",
  options: {
    parts: partsOption,
    cyclic: boolean('Sine and cosine for parts that come round again; else one number from 0 to 1.', { default: true }),
  },
  positional: ['parts'],
  refuses: ({ type }) =>
    type === 'date' || type === 'text' ? undefined : `holds ${type === 'number' ? 'numbers' : 'true and false'}, not dates`,
  units: ({ parts, cyclic }) =>
    (parts as readonly string[] | undefined)?.reduce((n, part) => n + unitsOf(part, cyclic as boolean), 0) ?? null,
  fit({ name, column: { codes, categories }, rows, options, fail }) {
    const dates = categories.map(parseDate)
    const bad = dates.findIndex(found => found === null)
    if (bad >= 0)
      throw fail(`column '${name}': expected a date such as 2024-05-17 or 2024-05-17 08:30, found '${short(categories[bad]!)}'`, bad)
    return (options.parts as readonly string[]).map(part => {
      const values = Float64Array.from(codes, code => (code < 0 ? NaN : parts[part]!.of(dates[code]!)))
      const { mean, deviation } = isTrend(part) ? momentsOf(values, rows) : { mean: 0, deviation: (parts[part]!.period ?? 2) - 1 }
      return { part, cyclic: (options.cyclic as boolean) && parts[part]!.period !== undefined, mean: mean || 0, deviation: deviation || 1 }
    })
  },
  width: state => state.reduce((n, { cyclic }) => n + (cyclic ? 2 : 1), 0),
  encode(state, { codes, categories }, out, offset, stride) {
    const dates = categories.map(parseDate)
    for (let i = 0; i < codes.length; i++) {
      const found = codes[i]! < 0 ? null : dates[codes[i]!]!
      let at = offset + i * stride
      for (const { part, cyclic, mean, deviation } of state) {
        const { of, period } = parts[part]!
        const value = found === null ? null : of(found)
        if (cyclic) {
          out[at++] = value === null ? 0 : Math.sin((2 * Math.PI * value) / period!)
          out[at++] = value === null ? 0 : Math.cos((2 * Math.PI * value) / period!)
        } else out[at++] = value === null ? 0 : (value - mean) / deviation
      }
    }
  },
  unknown: (_, { categories }) => categories.filter(text => parseDate(text) === null),
})

/** @returns null where the text is no date of the form 2024-05-17 or 2024/05/17, with a time or without */
export function parseDate(text: string): Date | null {
  const match = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?$/.exec(
    text.trim(),
  )
  if (!match) return null
  const [year, month, day, hour, minute, second] = match.slice(1).map(part => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const found = new Date(0)
  found.setUTCFullYear(year, month - 1, day)
  found.setUTCHours(hour, minute, second)
  // The 30th of February would become the 1st of March.
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === day && hour < 24 && minute < 60 && second < 60 ? found : null
}

/** @returns seconds since 1970 in UTC, for order: here two texts of one hour in different zones are not the same; NaN where it is no date */
export function momentOf(text: string): number {
  const written = parseDate(text)
  if (!written) return NaN
  const [, fraction = '0'] = /:\d{2}:\d{2}(\.\d+)/.exec(text) ?? []
  const [, sign, hours = 0, minutes = 0] = /:\d{2}(?:\.\d+)?\s*([+-])(\d{2}):?(\d{2})$/.exec(text.trim()) ?? []
  const offset = Number(`${sign ?? ''}1`) * (Number(hours) * 3600 + Number(minutes) * 60)
  return written.getTime() / 1000 + Number(fraction) - offset
}

function dayOfYear(date: Date): number {
  return Math.round(
    (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000,
  )
}
