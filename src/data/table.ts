import type { Options } from '../base/options'
import { quoteName, quoteText, type Duck } from './duckdb'
import type { TextTable } from './source'

/** What counts as a number in a text: no 'inf', 'nan', '0x1F' or '1_000', which DuckDB's own cast would take. */
const numberPattern = '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?'

/** Rows read at once from wide tables: columns per query. */
const columnsPerQuery = 64

/** SQL for a value with blanks trimmed and missing markers made NULL. */
export function cleaned(column: string, options: Options): string {
  const markers = ['', ...((options.missing as readonly string[] | undefined) ?? [])].map(marker => quoteText(marker.trim()))
  const trimmed = `trim(${quoteName(column)}, E' \\t\\r\\n')`
  return `CASE WHEN ${trimmed} IN (${[...new Set(markers)].join(', ')}) THEN NULL ELSE ${trimmed} END`
}

/** SQL for a value as DOUBLE: NULL where missing, NaN where the text is no finite number. */
export function numeric(value: string): string {
  const number = `TRY_CAST(${value} AS DOUBLE)`
  return `CASE WHEN ${value} IS NULL THEN NULL WHEN regexp_full_match(${value}, ${quoteText(numberPattern)}) AND isfinite(${number}) THEN ${number} ELSE 'nan'::DOUBLE END`
}

/** @returns the columns as text values by name, missing ones as NULL */
export function cleanTable(table: TextTable, columns: readonly string[], options: Options): string {
  return `SELECT ${columns.map(column => `${cleaned(column, options)} AS ${quoteName(column)}`).join(', ')} FROM (${table.select})`
}

/** Numbers of a column, NaN where missing. `bad` is the first row whose text is no finite number. */
export interface NumberColumn {
  readonly values: Float64Array
  readonly missing: number
  readonly bad: { readonly row: number; readonly text: string } | null
}

/** Texts of a column as indices into a dictionary in order of first appearance, -1 where missing. */
export interface TextColumn {
  readonly codes: Int32Array
  readonly missing: number
  readonly dictionary: readonly string[]
}

/** A table whose columns can be had as numbers or as texts. */
export interface TableValues {
  readonly name: string
  readonly rows: number
  readonly columns: readonly string[]
  numbers(columns: readonly string[]): Promise<Map<string, NumberColumn>>
  texts(columns: readonly string[]): Promise<Map<string, TextColumn>>
  place(row: number): Promise<{ readonly text: string; readonly number: number }>
}

/** A table in a file, read by DuckDB. */
export class FileTable implements TableValues {
  readonly rows: number
  readonly columns: readonly string[]

  constructor(
    private readonly duck: Duck,
    readonly text: TextTable,
    readonly name: string,
    private readonly options: Options,
  ) {
    this.rows = text.rows
    this.columns = text.columns
  }

  place(row: number) {
    return this.text.place(row)
  }

  async numbers(columns: readonly string[]): Promise<Map<string, NumberColumn>> {
    const read = new Map<string, NumberColumn>()
    for (let from = 0; from < columns.length; from += columnsPerQuery) {
      const part = columns.slice(from, from + columnsPerQuery)
      const state = part.map(() => ({ values: new Float64Array(this.rows).fill(NaN), missing: 0, bad: -1 }))
      let row = 0
      const sql = `SELECT ${part.map(column => numeric(quoteName(column))).join(', ')} FROM (${cleanTable(this.text, part, this.options)})`
      for await (const chunk of this.duck.chunks(sql)) {
        for (const [c, column] of state.entries()) {
          const vector = chunk.getColumnVector(c)
          for (let i = 0; i < chunk.rowCount; i++) {
            const value = vector.getItem(i) as number | null
            if (value === null) column.missing++
            else if (!Number.isNaN(value)) column.values[row + i] = value
            else if (column.bad < 0) column.bad = row + i
          }
        }
        row += chunk.rowCount
      }
      for (const [c, { values, missing, bad }] of state.entries()) {
        read.set(part[c]!, { values, missing, bad: bad < 0 ? null : { row: bad, text: await this.textAt(part[c]!, bad) } })
      }
    }
    return read
  }

  async texts(columns: readonly string[]): Promise<Map<string, TextColumn>> {
    const read = new Map<string, TextColumn>()
    for (let from = 0; from < columns.length; from += columnsPerQuery) {
      const part = columns.slice(from, from + columnsPerQuery)
      const state = part.map(() => ({ codes: new Int32Array(this.rows).fill(-1), missing: 0, index: new Map<string, number>() }))
      let row = 0
      for await (const chunk of this.duck.chunks(cleanTable(this.text, part, this.options))) {
        for (const [c, column] of state.entries()) {
          const vector = chunk.getColumnVector(c)
          for (let i = 0; i < chunk.rowCount; i++) {
            const value = vector.getItem(i) as string | null
            if (value === null) {
              column.missing++
              continue
            }
            let code = column.index.get(value)
            if (code === undefined) column.index.set(value, (code = column.index.size))
            column.codes[row + i] = code
          }
        }
        row += chunk.rowCount
      }
      for (const [c, { codes, missing, index }] of state.entries()) read.set(part[c]!, { codes, missing, dictionary: [...index.keys()] })
    }
    return read
  }

  private async textAt(column: string, row: number): Promise<string> {
    const [found] = await this.duck.query(`SELECT * FROM (${cleanTable(this.text, [column], this.options)}) LIMIT 1 OFFSET ${row}`)
    return String(found![column])
  }
}
