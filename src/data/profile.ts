import {
  profileKey,
  type ArrayProfile,
  type ArraysProfile,
  type ColumnProfile,
  type DataProfile,
  type ProfileError,
  type TableProfile,
} from '../ir/profile'
import type { Options } from '../base/options'
import { DataError } from './dataset'
import { quoteName, type Duck } from './duckdb'
import { Scratch } from './scratch'
import type { NamedArray, SourceDefinition, SourceFile, TextTable } from './source'
import { accessSource } from './sourceAccess'
import { sourceOf } from './sources/table'
import { cleanTable, FileTable, numeric } from './table'

/** More values than this are no classes. */
export const mostValues = 1000

/**
 * Profiles of data files, by `profileKey`. A file that can't be read gives an error instead of a profile.
 * @param wanted paths relative to `folder`
 * @param root folder that data may not leave
 */
export async function profiles(
  wanted: readonly { readonly kind: string; readonly path: string; readonly options: Options }[],
  folder: string,
  root = folder,
): Promise<Record<string, DataProfile | ProfileError>> {
  const made: Record<string, DataProfile | ProfileError> = {}
  for (const source of wanted) {
    made[profileKey(source)] = await profileOf(source, folder, root).catch((error: unknown): ProfileError => {
      if (error instanceof DataError) return { kind: 'error', code: error.code, message: error.message }
      return {
        kind: 'error',
        code: 'mtl/data-unreadable',
        message: `${source.path} can't be read: ${(error as Error).message.split('\n')[0]}`,
      }
    })
  }
  return made
}

async function profileOf(source: { kind: string; path: string; options: Options }, folder: string, root: string): Promise<DataProfile> {
  const definition = sourceOf(source.kind)
  if (!definition) throw new DataError('mtl/data-source', `there is no kind of data source named '${source.kind}'`)
  const scratch = new Scratch()
  const access = await accessSource(definition, source, { folder, root }, scratch, false)
  try {
    return await profileFile(access.duck, definition, access.file)
  } finally {
    access.close()
    scratch.close()
  }
}

export async function profileFile(duck: Duck, definition: SourceDefinition, file: SourceFile): Promise<DataProfile> {
  if (definition.table) {
    const profile = await profileTable(duck, await definition.table(file), file.options)
    return definition.array ? { ...profile, arrays: [{ ...definition.array(file.options), values: null }] } : profile
  }
  return profileArrays(await definition.arrays!(file))
}

/** Distinct values are counted exactly where an estimate gives at most so many, or the table has at most so many rows. */
const fewDistinct = 50_000
const fewRows = 500_000

/** Columns looked at by one query: bounds the memory that exact distinct counts take. */
const columnsPerQuery = 32

export async function profileTable(duck: Duck, table: TextTable, options: Options, columns = table.columns): Promise<TableProfile> {
  const made: ColumnProfile[] = []
  for (let from = 0; from < columns.length; from += columnsPerQuery) {
    made.push(...(await profileColumns(duck, table, options, columns.slice(from, from + columnsPerQuery))))
  }
  return { kind: 'table', rows: table.rows, columns: made }
}

async function profileColumns(duck: Duck, table: TextTable, options: Options, columns: readonly string[]): Promise<ColumnProfile[]> {
  const clean = cleanTable(table, columns, options)
  const numbers = columns.map((column, i) => `${numeric(quoteName(column))} AS x${i}, ${quoteName(column)} AS v${i}`)
  const aggregates = columns.flatMap((_, i) => [
    `count(v${i}) AS n${i}`,
    `count(x${i}) FILTER (isfinite(x${i})) AS f${i}`,
    `min(x${i}) FILTER (isfinite(x${i})) AS l${i}`,
    `max(x${i}) FILTER (isfinite(x${i})) AS h${i}`,
    `approx_count_distinct(v${i}) AS a${i}`,
    `count(*) FILTER (lower(v${i}) IN ('true', 'false')) AS b${i}`,
    `count(*) FILTER (regexp_full_match(v${i}, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?')) AS d${i}`,
    `count(*) FILTER (lower(v${i}) IN ('nan', 'inf', '+inf', '-inf', 'infinity', '+infinity', '-infinity')) AS o${i}`,
  ])
  const [counts] = await duck.query(`SELECT ${aggregates.join(', ')} FROM (SELECT ${numbers.join(', ')} FROM (${clean}))`)
  const count = (letter: string, i: number) => Number(counts![letter + i])
  const types = columns.map((_, i): ColumnProfile['type'] => {
    const present = count('n', i)
    if (present === 0) return 'text'
    if (count('f', i) > 0 && count('f', i) + count('o', i) === present) return 'number'
    if (count('b', i) === present) return 'boolean'
    return count('d', i) === present ? 'date' : 'text'
  })
  const value = (i: number) => (types[i] === 'number' ? `TRY_CAST(${quoteName(columns[i]!)} AS DOUBLE)` : quoteName(columns[i]!))
  const found: Record<string, unknown> = {}
  const ask = async (asked: readonly number[], select: (i: number) => string) => {
    if (asked.length > 0) Object.assign(found, (await duck.query(`SELECT ${asked.map(select).join(', ')} FROM (${clean})`))[0])
  }
  const all = [...columns.keys()]
  const few = all.filter(i => count('a', i) <= fewDistinct)
  await ask(few, i => `count(DISTINCT ${value(i)}) AS n${i}`)
  const many = all.filter(i => !few.includes(i))
  if (table.rows > fewRows) for (const i of many) found[`n${i}`] = Math.min(count('a', i), count('n', i))
  else for (let from = 0; from < many.length; from += 4) await ask(many.slice(from, from + 4), i => `count(DISTINCT ${value(i)}) AS n${i}`)
  await ask(
    all.filter(i => Number(found[`n${i}`]) <= mostValues),
    i => `list(DISTINCT ${quoteName(columns[i]!)}) AS v${i}`,
  )
  const made = columns.map((name, i): ColumnProfile => {
    const type = types[i]!
    const values = (found[`v${i}`] ?? null) as (string | null)[] | null
    const distinct = Number(found[`n${i}`])
    const present = (values ?? []).filter(value => value !== null)
    return {
      name,
      type,
      missing: table.rows - count('n', i),
      distinct,
      values: values === null && distinct > 0 ? null : sortedValues(present, type === 'number'),
      ...(type === 'number' ? { min: count('l', i), max: count('h', i) } : {}),
    }
  })
  // One slip of the pen makes a column of numbers a column of texts: say where it is.
  const slipped = columns.filter((_, i) => count('f', i) < count('n', i) && count('f', i) * 2 >= count('n', i))
  const read = new FileTable(duck, table, '', options)
  return Promise.all(
    made.map(async column => {
      const bad = slipped.includes(column.name) ? (await read.numbers(column.name)).bad : null
      return bad ? { ...column, stray: { place: (await table.place(bad.row)).text, value: bad.text } } : column
    }),
  )
}

/** Sorted by code point, or by size with one text for numbers written in several ways ('1', '1.0'): the shortest. */
export function sortedValues(values: readonly string[], numbers: boolean): string[] {
  if (!numbers) return [...values].sort()
  const shortest = new Map<number, string>()
  for (const text of [...values].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    if (!shortest.has(Number(text))) shortest.set(Number(text), text)
  }
  return [...shortest].sort(([a], [b]) => a - b).map(([, text]) => text)
}

export function profileArrays(arrays: readonly NamedArray[]): ArraysProfile {
  return { kind: 'arrays', rows: arrays[0]!.shape[0]!, arrays: arrays.map(profileArray) }
}

function profileArray(array: NamedArray): ArrayProfile {
  const shape = array.shape.slice(1)
  return { name: array.name, shape, dtype: array.dtype, values: shape.reduce((n, d) => n * d, 1) === 1 ? wholeValues(array) : null }
}

/** @returns distinct values of a whole-number or boolean array as sorted texts; null for other arrays and for more than 1,000 values */
export function wholeValues({ dtype, values }: NamedArray): string[] | null {
  if (values === null || dtype.startsWith('float')) return null
  const distinct = new Set<number | bigint>()
  for (let i = 0; i < values.length; i++) {
    distinct.add(values[i]!)
    if (distinct.size > mostValues) return null
  }
  const sorted = [...distinct].sort((a, b) => (a < b ? -1 : 1))
  return sorted.map(value => (dtype === 'bool' ? String(value !== 0) : String(value)))
}
