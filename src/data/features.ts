import type { Json } from '../base/json'
import type { Options } from '../base/options'
import type { GraphNode } from '../ir/graph'
import { writeColumn } from './chunked'
import { DataError } from './dataset'
import type { RowWriter } from './rows'
import type { TableValues } from './table'
import { fitFill, filled, missingWay, type MissingWay } from '../transforms/missing'
import { dropsOutliers, fitFences, isOutside, type Fences } from '../transforms/outliers'
import type { ColumnValues, FitContext } from '../transforms/transform'
import { transformOf } from '../transforms/table'
import { counted, short } from '../transforms/wording'

/** A column that the model sees, and what becomes of it: as the model file says. */
export interface ColumnPlan {
  readonly column: string
  /** Key into the table of transformations. */
  readonly transform: string
  readonly options: Options
}

/** A features node fitted. Plain data, stored in checkpoints; restores the same encoding at prediction. */
export interface FeatureEncoding {
  readonly kind: 'columns'
  readonly columns: readonly ColumnEncoding[]
  /** Texts that count as no value, beside an empty field. */
  readonly missing: readonly string[]
}

export interface ColumnEncoding {
  readonly column: string
  readonly transform: string
  /** What the transformation learnt. */
  readonly state: Json
  readonly way: MissingWay | null
  readonly fill: number | string | null
  readonly indicator: boolean
  /** Outliers are clipped to these; null where nothing is clipped. */
  readonly fences: Fences | null
}

/** Numbers first, then one-hot categories, then `columns` in the order in which they are written. */
export function plansOf({ options }: GraphNode): ColumnPlan[] {
  const list = <T>(name: string) => (options[name] ?? []) as unknown as readonly T[]
  const by = (options.scaling as string | undefined) ?? 'standard'
  return [
    ...list<string>('numeric').map(column => ({ column, transform: 'scale', options: { by } })),
    ...list<string>('categorical').map(column => ({ column, transform: 'oneHot', options: {} })),
    ...list<ColumnPlan>('columns'),
  ]
}

export const takesNumbers = ({ transform }: { readonly transform: string }): boolean => transformOf(transform)!.takes === 'numbers'

/** Reads a column as its transformation takes it. @throws DataError with the first value that is no number where one is needed */
export async function readColumn(
  table: TableValues,
  { column, transform }: { readonly column: string; readonly transform: string },
): Promise<ColumnValues> {
  if (takesNumbers({ transform })) return { values: (await readNumbers(table, column)).values }
  const { codes, dictionary } = await table.texts(column)
  return { codes, categories: dictionary }
}

/** A numeric column. @throws DataError where a value is no finite number */
export async function readNumbers(table: TableValues, column: string): Promise<{ values: Float64Array; missing: number }> {
  const { values, missing, bad } = await table.numbers(column)
  await requireNumbers(table, column, bad)
  return { values, missing }
}

/** @throws DataError with the first value that is no finite number */
async function requireNumbers(table: TableValues, column: string, bad: { row: number; text: string } | null): Promise<void> {
  if (bad === null) return
  const place = await table.place(bad.row)
  const advice = /^[+-]?(nan|inf(inity)?|na|n\/a|null|none|\?|-+)$/i.test(bad.text)
    ? `; if it means that there is no value, name it in the option \`missing\``
    : /^[+-]?\d[\d. ]*,\d+$/.test(bad.text)
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

/** Marks each row that lacks a value in the column. */
export function markGaps(column: ColumnValues, gaps: Uint8Array): void {
  if ('values' in column) column.values.forEach((value, row) => void (Number.isNaN(value) && (gaps[row] = 1)))
  else column.codes.forEach((code, row) => void (code < 0 && (gaps[row] = 1)))
}

/** @param source the source’s `missingFeatures`  @returns null where nobody says what happens to gaps */
export const wayOf = ({ options, transform }: ColumnPlan, source: Json | undefined): MissingWay | null =>
  missingWay(options, source, transformOf(transform)!.takes)

/** @returns the training rows without those that a column's `outliers: { drop }` leaves out. What was left out goes to `notes`. */
export async function withoutOutliers(
  table: TableValues,
  plans: readonly ColumnPlan[],
  train: Int32Array,
  notes: string[],
): Promise<Int32Array> {
  const dropped = new Set<number>()
  for (const { column, options } of plans) {
    if (!dropsOutliers(options)) continue
    const { values } = await readNumbers(table, column)
    const fences = fitFences(options.outliers, values, train)
    if (fences === null) continue
    const outside = train.filter(row => isOutside(fences, values[row]!))
    for (const row of outside) dropped.add(row)
    if (outside.length > 0)
      notes.push(
        `Feature '${column}': ${counted(outside.length, 'row')} of the training split outside ${rangeText(fences)} ${outside.length === 1 ? 'is' : 'are'} left out as outliers.`,
      )
  }
  return dropped.size === 0 ? train : train.filter(row => !dropped.has(row))
}

const digits = (value: number) => String(Number(value.toPrecision(6)))
const rangeText = ({ low, high }: Fences) => `${digits(low)} … ${digits(high)}`

/** What is wrong with a column, and the first row that it is wrong in, from 0, where it is not the column as a whole. */
export class ColumnProblem extends Error {
  constructor(
    message: string,
    readonly row: number | null,
  ) {
    super(message)
  }
}

/** Fits one column on the training split. What is odd goes to `notes`. @throws ColumnProblem */
export function fitColumn(
  plan: ColumnPlan,
  values: ColumnValues,
  known: FitContext['known'],
  train: Int32Array,
  missingFeatures: Json | undefined,
  notes: string[],
): ColumnEncoding {
  const { column, transform, options } = plan
  const found = 'values' in values ? fitFences(options.outliers, values.values, train) : null
  const fences = found?.action === 'clip' ? found : null
  const clipped = clip(values, fences)
  if (fences && 'values' in values) {
    const { values: numbers } = values
    const outside = train.reduce((n, row) => n + Number(isOutside(fences, numbers[row]!)), 0)
    if (outside > 0)
      notes.push(`Feature '${column}': ${counted(outside, 'outlier')} of the training split clipped to ${rangeText(fences)}.`)
  }
  const way = wayOf(plan, missingFeatures)
  const fill = fitFill(way, options, clipped, train)
  const gaps = fill === null ? 0 : countGaps(values)
  if (gaps > 0) notes.push(`Feature '${column}': ${counted(gaps, 'gap')} filled with ${fillText(way!, fill!)}.`)
  const whole = filled(clipped, fill)
  const state = transformOf(transform)!.fit({
    name: column,
    column: whole as never,
    rows: train,
    options,
    known,
    note: message => void notes.push(message),
    fail: (message, category) =>
      new ColumnProblem(message, category === undefined || 'values' in whole ? null : whole.codes.indexOf(category)),
  })
  return { column, transform, state, way, fill, indicator: options.indicator === true, fences }
}

function clip(column: ColumnValues, fences: Fences | null): ColumnValues {
  if (fences === null || !('values' in column)) return column
  const { low, high } = fences
  return { values: column.values.map(value => (value < low ? low : value > high ? high : value)) }
}

function countGaps(column: ColumnValues): number {
  if ('values' in column) return column.values.reduce((n, value) => n + Number(Number.isNaN(value)), 0)
  return column.codes.reduce((n, code) => n + Number(code < 0), 0)
}

function fillText(way: MissingWay, fill: number | string): string {
  const value = typeof fill === 'number' ? digits(fill) : `'${short(fill)}'`
  if (way === 'constant') return value
  return `the training split’s ${way === 'mode' ? 'most frequent value' : way} ${value}`
}

/** Adds the encoding of row i of the column at out[offset + i·stride …]. `out` is zero before. The column may be any portion of the rows. */
export function encodeColumn(encoding: ColumnEncoding, column: ColumnValues, out: Float32Array, offset: number, stride: number): void {
  const transform = transformOf(encoding.transform)!
  transform.encode(encoding.state, filled(clip(column, encoding.fences), encoding.fill) as never, out, offset, stride)
  if (!encoding.indicator) return
  const at = offset + transform.width(encoding.state)
  if ('values' in column) column.values.forEach((value, i) => void (Number.isNaN(value) && (out[at + i * stride] = 1)))
  else column.codes.forEach((code, i) => void (code < 0 && (out[at + i * stride] = 1)))
}

export const columnWidth = ({ transform, state, indicator }: ColumnEncoding): number =>
  transformOf(transform)!.width(state) + (indicator ? 1 : 0)

export const widthOf = ({ columns }: FeatureEncoding): number => columns.reduce((n, column) => n + columnWidth(column), 0)

/** Encodes rows one column after another. @param order rows of the table in the order of their positions */
export async function writeFeatures(table: TableValues, { columns }: FeatureEncoding, order: Int32Array, writer: RowWriter): Promise<void> {
  let offset = 0
  for (const encoding of columns) {
    const column = await readColumn(table, encoding)
    const width = columnWidth(encoding)
    let tooLarge = -1
    writeColumn(order, writer, offset, width, rows => {
      const out = new Float32Array(rows.length * width)
      encodeColumn(encoding, ofRows(column, rows), out, 0, width)
      if (tooLarge < 0) tooLarge = rows[Math.floor(out.findIndex(value => !Number.isFinite(value)) / width)] ?? -1
      return out
    })
    if (tooLarge >= 0 && 'values' in column) throw await beyondFloats(table, encoding.column, tooLarge, column.values[tooLarge]!)
    offset += width
  }
}

/** A number may lie so far from those of the training split that nothing can be computed with it. */
async function beyondFloats(table: TableValues, column: string, row: number, value: number): Promise<DataError> {
  const { text, number } = await table.place(row)
  const message = `${table.name}, ${text}, column '${column}': ${value} is too far from the values of the training split to be computed with`
  return new DataError('mtl/data-value', message, { file: table.name, row: number, column })
}

function ofRows(column: ColumnValues, rows: Int32Array): ColumnValues {
  if ('values' in column) return { values: Float64Array.from(rows, row => column.values[row]!) }
  // Only the texts of these rows: of very many different ones each is looked at where it occurs.
  const index = new Map<number, number>()
  const codes = rows.map(row => {
    const code = column.codes[row]!
    if (code < 0) return -1
    const known = index.get(code)
    if (known !== undefined) return known
    index.set(code, index.size)
    return index.size - 1
  })
  return { codes, categories: Array.from(index.keys(), code => column.categories[code]!) }
}
