import type { ColumnReport, Histogram, SourceReport } from '../../ir/dataReport'
import type { DataSource } from '../../ir/graph'
import type { ColumnProfile } from '../../ir/profile'
import { partOf, quantile } from '../../relatedness/quantiles'
import { joinArrays, joinTables } from '../partFiles'
import { profileArrays, profileTable } from '../profile'
import { Scratch } from '../scratch'
import type { NamedArray, TextTable } from '../source'
import { accessSource, type SourceAccess } from '../sourceAccess'
import { sourceOf } from '../sources/table'
import { FileTable, isNumber, rowName } from '../table'
import { short } from '../../transforms/wording'
import { spread } from './scan'

/** Rows whose values are looked at one by one; types, missing and distinct values are counted over all. */
const mostRows = 100_000
const mostColumns = 200
const mostBars = 12
const bins = 20
const mostArrayValues = 1_000_000

/** A source opened to be looked at: its columns, and single rows as they are in the file. */
export interface OpenedSource {
  readonly report: SourceReport
  readonly sampling: readonly string[]
  /** @returns texts of some rows by column, null where missing; nothing for arrays */
  rows(rows: readonly number[], columns: readonly string[]): Promise<readonly Readonly<Record<string, string | null>>[]>
  close(): void
}

/** @param usedBy features and tasks by the column or array that they read */
export async function openSource(
  source: DataSource,
  place: { readonly folder: string; readonly root: string },
  usedBy: ReadonlyMap<string, readonly string[]>,
): Promise<OpenedSource> {
  const definition = sourceOf(source.kind)!
  const scratch = new Scratch()
  const access = await accessSource(definition, source, place, scratch, false)
  const close = () => {
    access.close()
    scratch.close()
  }
  const about = { source: source.id, kind: source.kind, path: source.path }
  try {
    if (!definition.table) {
      const others = []
      for (const { file } of access.parts) others.push({ file, arrays: await definition.arrays!(file) })
      const arrays = joinArrays(await definition.arrays!(access.file), others)
      const columns = arrays.slice(0, mostColumns).map(array => arrayReport(array, usedBy))
      const report = { ...about, rows: arrays[0]!.shape[0]!, columns, further: arrays.length - columns.length }
      return { report, sampling: [], rows: () => Promise.resolve([]), close }
    }
    const text = await tableOf(access, file => definition.table!(file))
    const { columns, sampling } = await tableReport(access, text, source, usedBy, scratch)
    const report = { ...about, rows: text.rows, columns, further: text.columns.length - columns.length }
    const rows = (wanted: readonly number[], names: readonly string[]) => rowsOf(access, text, source, wanted, names)
    return { report, sampling, rows, close }
  } catch (error) {
    close()
    throw error
  }
}

async function tableOf({ file, parts }: SourceAccess, read: (file: SourceAccess['file']) => Promise<TextTable>): Promise<TextTable> {
  const others = []
  for (const part of parts) others.push({ file: part.file, table: await read(part.file) })
  return joinTables(await read(file), others)
}

/** Every so many rows of a table. */
function thinned(text: TextTable, step: number): TextTable {
  if (step === 1) return text
  const row = rowName(text)
  const select = `SELECT * EXCLUDE (${row}) FROM (SELECT *, row_number() OVER () AS ${row} FROM (${text.select})) WHERE (${row} - 1) % ${step} = 0`
  return { columns: text.columns, rows: Math.ceil(text.rows / step), select, place: row => text.place(row * step) }
}

async function tableReport(
  { duck }: SourceAccess,
  text: TextTable,
  { path, options }: DataSource,
  usedBy: ReadonlyMap<string, readonly string[]>,
  scratch: Scratch,
): Promise<{ columns: ColumnReport[]; sampling: string[] }> {
  const used = text.columns.filter(column => usedBy.has(column))
  const names = new Set([...used, ...text.columns].slice(0, Math.max(used.length, mostColumns)))
  const shown = text.columns.filter(column => names.has(column))
  const { columns: profiled } = await profileTable(duck, text, options, shown)
  const step = Math.ceil(text.rows / mostRows)
  const table = new FileTable(duck, thinned(text, step), path, options, scratch)
  const numbers = profiled.filter(({ type }) => type === 'number').map(({ name }) => name)
  await table.read(
    numbers,
    shown.filter(column => !numbers.includes(column)),
  )
  const columns: ColumnReport[] = []
  for (const column of profiled) {
    const about = { ...counts(column), usedBy: usedBy.get(column.name) ?? [] }
    columns.push(
      column.type === 'number'
        ? { ...about, ...numberReport((await table.numbers(column.name)).values) }
        : { ...about, ...valueReport(await table.texts(column.name)) },
    )
  }
  const sampling =
    step === 1
      ? []
      : [`Histograms and outliers of ${path} are of one row in ${step}, evenly spread; missing and distinct values of all rows.`]
  if (shown.length < text.columns.length)
    sampling.push(
      `${path} has ${text.columns.length.toLocaleString('en')} columns; the first ${shown.length} are shown, with all that the model uses.`,
    )
  return { columns, sampling }
}

const counts = ({ name, type, missing, distinct }: ColumnProfile) => ({ name, type, missing, distinct })

function numberReport(values: Float64Array): Pick<ColumnReport, 'histogram' | 'outliers' | 'quartiles' | 'mean'> {
  const sorted = values.filter(Number.isFinite).sort()
  if (sorted.length === 0) return { histogram: null, outliers: null, quartiles: null, mean: null }
  const [q1, median, q3] = [0.25, 0.5, 0.75].map(share => quantile(sorted, share)) as [number, number, number]
  const [low, high] = [q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)]
  const outside = sorted.reduce((n, value) => n + Number(value < low || value > high), 0)
  return {
    histogram: numberHistogram(sorted),
    outliers: { count: outside, of: sorted.length, low, high },
    quartiles: [sorted[0]!, q1, median, q3, sorted.at(-1)!],
    mean: sorted.reduce((sum, value) => sum + value / sorted.length, 0),
  }
}

/** @param sorted ascending; whole numbers of a short range get a bar each */
function numberHistogram(sorted: Float64Array): Histogram {
  const [least, most] = [sorted[0]!, sorted.at(-1)!]
  const whole = most - least < bins && sorted.every(Number.isInteger)
  const [low, high] = whole ? [least - 0.5, most + 0.5] : [least, most > least ? most : least + 1]
  const number = whole ? most - least + 1 : bins
  const made = new Array<number>(number).fill(0)
  for (const value of sorted) made[Math.min(number - 1, Math.floor(((value - low) / (high - low)) * number))]!++
  return { kind: 'numbers', low, high, counts: made }
}

function valueReport({ codes, dictionary }: { codes: ArrayLike<number>; dictionary: readonly string[] }) {
  const rows = new Float64Array(dictionary.length)
  for (let i = 0; i < codes.length; i++) if (codes[i]! >= 0) rows[codes[i]!]!++
  const order = [...rows.keys()].sort((a, b) => rows[b]! - rows[a]!)
  const shown = order.slice(0, mostBars)
  const histogram: Histogram = {
    kind: 'values',
    values: shown.map(code => short(dictionary[code]!)),
    counts: shown.map(code => rows[code]!),
    others: order.slice(mostBars).reduce((sum, code) => sum + rows[code]!, 0),
  }
  return { histogram, outliers: null, quartiles: null, mean: null }
}

function arrayReport(array: NamedArray, usedBy: ReadonlyMap<string, readonly string[]>): ColumnReport {
  const [profile] = profileArrays([array]).arrays
  const shape = profile!.shape.length > 0 ? ` [${profile!.shape.join(', ')}]` : ''
  const about = { name: array.name, type: `${array.dtype}${shape}`, usedBy: usedBy.get(array.name) ?? [] }
  const none = { missing: 0, distinct: null, histogram: null, outliers: null, quartiles: null, mean: null }
  if (array.values === null) return { ...about, ...none }
  const values = array.values
  const read = Float64Array.from(spread(values.length, mostArrayValues), at => Number(values[at]!))
  const missing = read.reduce((n, value) => n + Number(value !== value), 0)
  if (!profile!.values) return { ...about, ...none, ...numberReport(read), missing }
  const names = profile!.values
  const sorted = names.every(isNumber) ? names.map(Number) : null
  // Class indices: a bar each, in the order of their numbers.
  const codes = sorted ? read.map(value => partOf(sorted, value)) : read
  return { ...about, ...none, distinct: names.length, ...valueReport({ codes, dictionary: names }) }
}

async function rowsOf(
  { duck }: SourceAccess,
  text: TextTable,
  { path, options }: DataSource,
  wanted: readonly number[],
  names: readonly string[],
): Promise<readonly Readonly<Record<string, string | null>>[]> {
  const columns = names.filter(name => text.columns.includes(name))
  const order = [...wanted].sort((a, b) => a - b)
  const number = rowName(text)
  const select = `SELECT * EXCLUDE (${number}) FROM (SELECT *, row_number() OVER () AS ${number} FROM (${text.select})) WHERE ${number} IN (${order.map(row => row + 1).join(', ')}) ORDER BY ${number}`
  const table = new FileTable(
    duck,
    { columns: text.columns, rows: order.length, select, place: row => text.place(order[row]!) },
    path,
    options,
  )
  await table.read([], columns)
  const found = order.map((): Record<string, string | null> => ({}))
  for (const column of columns) {
    const { codes, dictionary } = await table.texts(column)
    found.forEach((row, i) => (row[column] = codes[i]! < 0 ? null : short(dictionary[codes[i]!]!)))
  }
  return wanted.map(row => found[order.indexOf(row)]!)
}
