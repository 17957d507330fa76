import { DataError } from './dataset'
import type { TableValues } from './table'

/** A features node: which columns, and how they became numbers. Plain data, stored in checkpoints. */
export interface FeatureEncoding {
  readonly kind: 'table'
  readonly numeric: readonly { readonly column: string; readonly mean: number; readonly deviation: number }[]
  readonly categorical: readonly CategoryEncoding[]
  readonly missing: readonly string[]
  readonly missingFeatures: 'drop' | 'mean' | null
}

export interface CategoryEncoding {
  readonly column: string
  /** One output each, in the order of the profile. */
  readonly values: readonly string[]
  /** Rows of the training split with each value; a value never seen there encodes as zeros. */
  readonly counts: readonly number[]
  /** Whether the texts are numbers, so that '1' and '1.0' are one value. */
  readonly numbers: boolean
}

/** Columns of a features node before fitting. Categories as indices into their values, -1 where missing, -2 where unknown. */
export interface RawFeatures {
  readonly numeric: readonly { readonly column: string; readonly values: Float64Array; readonly missing: number }[]
  readonly categorical: readonly {
    readonly column: string
    readonly codes: Int32Array
    readonly missing: number
    readonly unknown: readonly string[]
  }[]
}

export async function readFeatures(
  table: TableValues,
  numeric: readonly string[],
  categorical: readonly { readonly column: string; readonly values: readonly string[]; readonly numbers: boolean }[],
): Promise<RawFeatures> {
  const numbers = await table.numbers(numeric)
  for (const column of numeric) await requireNumbers(table, column, numbers.get(column)!.bad)
  const texts = await table.texts(categorical.map(({ column }) => column))
  return {
    numeric: numeric.map(column => ({ column, values: numbers.get(column)!.values, missing: numbers.get(column)!.missing })),
    categorical: categorical.map(({ column, values, numbers }) => {
      const { codes, missing, dictionary } = texts.get(column)!
      const index = valueIndex(values, numbers)
      const unknown = dictionary.filter(text => index(text) < 0)
      const translated = Int32Array.from(dictionary, text => (index(text) < 0 ? -2 : index(text)))
      return { column, codes: codes.map(code => (code < 0 ? -1 : translated[code]!)), missing, unknown }
    }),
  }
}

/** @returns a function from a text to its index among the values, -1 where it is none of them */
export function valueIndex(values: readonly string[], numbers: boolean): (text: string) => number {
  const key = (text: string): string | number => (numbers ? Number(text) : text)
  const index = new Map(values.map((value, i) => [key(value), i]))
  return text => index.get(key(text)) ?? -1
}

/** @throws DataError with the first value that is no finite number */
export async function requireNumbers(table: TableValues, column: string, bad: { row: number; text: string } | null): Promise<void> {
  if (bad === null) return
  const place = await table.place(bad.row)
  const advice = /^[+-]?(nan|inf(inity)?|na|n\/a|null|none|\?|-+)$/i.test(bad.text)
    ? `; if it means that there is no value, name it in the option \`missing\``
    : /^[+-]?\d+,\d+$/.test(bad.text)
      ? '; numbers are written with a decimal point'
      : ''
  throw new DataError(
    'mtl/data-value',
    `${table.name}, ${place.text}, column '${column}': expected a number, found '${short(bad.text)}'${advice}`,
    {
      file: table.name,
      row: place.number,
      column,
    },
  )
}

export const short = (text: string): string => (text.length > 40 ? text.slice(0, 39) + '…' : text)

/** @returns 1 for each row that lacks a value in one of the columns */
export function gapsOf(raw: RawFeatures, rows: number): Uint8Array {
  const gaps = new Uint8Array(rows)
  for (const { values } of raw.numeric) for (let row = 0; row < rows; row++) if (Number.isNaN(values[row]!)) gaps[row] = 1
  for (const { codes } of raw.categorical) for (let row = 0; row < rows; row++) if (codes[row] === -1) gaps[row] = 1
  return gaps
}

/** Mean and standard deviation of the whole (ddof 0) over the given rows, missing ones not counted. */
export function momentsOf(values: Float64Array, rows: Int32Array): { mean: number; deviation: number; count: number } {
  let sum = 0
  let count = 0
  let [low, high] = [Infinity, -Infinity]
  for (const row of rows) {
    const value = values[row]!
    if (Number.isNaN(value)) continue
    sum += value
    count++
    if (value < low) low = value
    if (value > high) high = value
  }
  if (count === 0) return { mean: NaN, deviation: NaN, count }
  if (low === high) return { mean: low, deviation: 0, count }
  const mean = sum / count
  let squares = 0
  for (const row of rows) if (!Number.isNaN(values[row]!)) squares += (values[row]! - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / count), count }
}

/** Statistics of the training split. What is odd goes to `notes`. */
export function fitFeatures(
  raw: RawFeatures,
  categorical: readonly { readonly column: string; readonly values: readonly string[]; readonly numbers: boolean }[],
  train: Int32Array,
  handling: { readonly missing: readonly string[]; readonly missingFeatures: 'drop' | 'mean' | null },
  notes: string[],
): FeatureEncoding {
  const numeric = raw.numeric.map(({ column, values, missing }) => {
    const { mean, deviation, count } = momentsOf(values, train)
    if (count === 0) throw new DataError('mtl/data-value', `column '${column}' has no value in the training split`, { column })
    if (!Number.isFinite(deviation))
      throw new DataError('mtl/data-value', `the values of column '${column}' are too large to be standardised`, { column })
    if (deviation === 0) notes.push(`Feature '${column}' is the same (${mean}) in all rows of the training split: it is encoded as 0.`)
    if (missing > 0 && handling.missingFeatures === 'mean') {
      notes.push(`Feature '${column}': ${counted(missing, 'gap')} filled with the training split’s mean ${Number(mean.toPrecision(6))}.`)
    }
    return { column, mean, deviation: deviation || 1 }
  })
  const categories = categorical.map(({ column, values, numbers }, i) => {
    const { codes, missing } = raw.categorical[i]!
    const counts = values.map(() => 0)
    for (const row of train) if (codes[row]! >= 0) counts[codes[row]!]!++
    const unseen = values.filter((_, v) => counts[v] === 0)
    if (unseen.length > 0) {
      notes.push(
        `Feature '${column}': ${listed(unseen)} ${unseen.length === 1 ? 'does' : 'do'} not occur in the training split and ${unseen.length === 1 ? 'is' : 'are'} encoded as zeros.`,
      )
    }
    if (missing > 0 && handling.missingFeatures === 'mean') {
      notes.push(
        `Feature '${column}': ${counted(missing, 'gap')} filled with the training split’s most frequent value '${values[mostFrequent(counts)]}'.`,
      )
    }
    return { column, values, counts, numbers }
  })
  return { kind: 'table', numeric, categorical: categories, ...handling }
}

/** @returns [rows, features]: standardised numbers first, then one-hot categories; gaps as the mean or the most frequent value */
export function encodeFeatures(raw: RawFeatures, encoding: FeatureEncoding, rows: number): Float32Array {
  const width = widthOf(encoding)
  const out = new Float32Array(rows * width)
  encoding.numeric.forEach(({ mean, deviation }, i) => {
    const { values } = raw.numeric[i]!
    for (let row = 0; row < rows; row++) {
      const value = values[row]!
      out[row * width + i] = Number.isNaN(value) ? 0 : (value - mean) / deviation
    }
  })
  let offset = encoding.numeric.length
  encoding.categorical.forEach(({ values, counts }, i) => {
    const { codes } = raw.categorical[i]!
    const fill = mostFrequent(counts)
    for (let row = 0; row < rows; row++) {
      const code = codes[row] === -1 ? fill : codes[row]!
      if (code >= 0 && counts[code]! > 0) out[row * width + offset + code] = 1
    }
    offset += values.length
  })
  return out
}

export const widthOf = ({ numeric, categorical }: FeatureEncoding): number =>
  categorical.reduce((n, { values }) => n + values.length, numeric.length)

export const mostFrequent = (counts: readonly number[]): number => counts.indexOf(Math.max(...counts))

export const counted = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`

/** 'a', 'b' and 3 more */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map(name => `'${short(name)}'`)
  if (names.length > most) return `${shown.join(', ')} and ${names.length - most} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
