import { DataError } from './dataset'
import { writeColumn } from './chunked'
import type { RowWriter } from './rows'
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

/** The values that a categorical column may have, each an output of its own. */
export interface Categories {
  readonly values: readonly string[]
  /** Whether the texts are numbers, so that '1' and '1.0' are one value. */
  readonly numbers: boolean
}

/** A categorical column: indices into its values, -1 where missing, -2 where unknown. */
export interface CodedColumn {
  readonly codes: Int32Array
  readonly missing: number
  readonly unknown: readonly string[]
}

/** A numeric column. @throws DataError where a value is no finite number */
export async function readNumbers(table: TableValues, column: string): Promise<{ values: Float64Array; missing: number }> {
  const { values, missing, bad } = await table.numbers(column)
  await requireNumbers(table, column, bad)
  return { values, missing }
}

export async function readCodes(table: TableValues, column: string, { values, numbers }: Categories): Promise<CodedColumn> {
  const { codes, missing, dictionary } = await table.texts(column)
  const index = valueIndex(values, numbers)
  const unknown = dictionary.filter(text => index(text) < 0)
  const translated = Int32Array.from(dictionary, text => (index(text) < 0 ? -2 : index(text)))
  return { codes: codes.map(code => (code < 0 ? -1 : translated[code]!)), missing, unknown }
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

/** Marks in `gaps` each row that lacks a value in one of the columns. */
export async function markGaps(
  table: TableValues,
  { numeric, categorical }: { readonly numeric: readonly string[]; readonly categorical: readonly string[] },
  gaps: Uint8Array,
): Promise<void> {
  for (const column of numeric) (await table.numbers(column)).values.forEach((value, row) => Number.isNaN(value) && (gaps[row] = 1))
  for (const column of categorical) (await table.texts(column)).codes.forEach((code, row) => code < 0 && (gaps[row] = 1))
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

interface Handling {
  readonly missing: readonly string[]
  readonly missingFeatures: 'drop' | 'mean' | null
}

/** Statistics of the training split, one column after another. What is odd goes to `notes`. */
export async function fitFeatures(
  table: TableValues,
  numeric: readonly string[],
  categorical: readonly ({ readonly column: string } & Categories)[],
  train: Int32Array,
  handling: Handling,
  notes: string[],
): Promise<FeatureEncoding> {
  const numbers = []
  for (const column of numeric) numbers.push(fitNumbers(column, await readNumbers(table, column), train, handling, notes))
  const categories = []
  for (const { column, ...known } of categorical) {
    categories.push(fitCategories(column, known, await readCodes(table, column, known), train, handling, notes))
  }
  return { kind: 'table', numeric: numbers, categorical: categories, ...handling }
}

function fitNumbers(
  column: string,
  { values, missing }: { readonly values: Float64Array; readonly missing: number },
  train: Int32Array,
  handling: Handling,
  notes: string[],
): FeatureEncoding['numeric'][number] {
  const { mean, deviation, count } = momentsOf(values, train)
  if (count === 0) throw new DataError('mtl/data-value', `column '${column}' has no value in the training split`, { column })
  if (!Number.isFinite(deviation))
    throw new DataError('mtl/data-value', `the values of column '${column}' are too large to be standardised`, { column })
  if (deviation === 0) notes.push(`Feature '${column}' is the same (${mean}) in all rows of the training split: it is encoded as 0.`)
  if (missing > 0 && handling.missingFeatures === 'mean') {
    notes.push(`Feature '${column}': ${counted(missing, 'gap')} filled with the training split’s mean ${Number(mean.toPrecision(6))}.`)
  }
  return { column, mean, deviation: deviation || 1 }
}

function fitCategories(
  column: string,
  { values, numbers }: Categories,
  { codes, missing }: CodedColumn,
  train: Int32Array,
  handling: Handling,
  notes: string[],
): CategoryEncoding {
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
}

/** Encodes the rows of `order`, one column after another: standardised numbers first, then one-hot categories; gaps as the mean or the most frequent value. */
export async function writeFeatures(table: TableValues, encoding: FeatureEncoding, order: Int32Array, writer: RowWriter): Promise<void> {
  for (const [i, { column, mean, deviation }] of encoding.numeric.entries()) {
    const { values } = await readNumbers(table, column)
    writeColumn(order, writer, i, 1, rows =>
      Float32Array.from(rows, row => (Number.isNaN(values[row]!) ? 0 : (values[row]! - mean) / deviation)),
    )
  }
  let offset = encoding.numeric.length
  for (const category of encoding.categorical) {
    const { column, values, counts } = category
    const { codes } = await readCodes(table, column, category)
    const fill = mostFrequent(counts)
    writeColumn(order, writer, offset, values.length, rows => {
      const out = new Float32Array(rows.length * values.length)
      rows.forEach((row, i) => {
        const code = codes[row] === -1 ? fill : codes[row]!
        if (code >= 0 && counts[code]! > 0) out[i * values.length + code] = 1
      })
      return out
    })
    offset += values.length
  }
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
