import type { Options } from '../base/options'
import { quoteName, quoteText, type Duck } from './duckdb'
import type { Scratch } from './scratch'
import type { TextTable } from './source'
import { Spool } from './spool'

/** What counts as a number in a text: no 'inf', 'nan', '0x1F' or '1_000', which DuckDB's own cast would take. */
const numberPattern = '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?'

/** As the pattern, for texts in memory. */
export const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))

/** Columns of very wide tables are read so many at a time. */
const columnsPerQuery = 1024

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

/** A name for the number of a row that no column of the table has. */
export function rowName({ columns }: Pick<TextTable, 'columns'>): string {
  let name = 'row'
  while (columns.some(column => column.toLowerCase() === name)) name = `#${name}`
  return quoteName(name)
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

/** A table whose columns can be had one at a time, as numbers or as texts. */
export interface TableValues {
  readonly name: string
  readonly rows: number
  readonly columns: readonly string[]
  numbers(column: string): Promise<NumberColumn>
  texts(column: string): Promise<TextColumn>
  place(row: number): Promise<{ readonly text: string; readonly number: number }>
}

/** A table in a file, read by DuckDB: in one pass over the file for all columns that `read` names, and kept out of memory where they are large. */
export class FileTable implements TableValues {
  readonly rows: number
  readonly columns: readonly string[]
  private readonly numberColumns = new Map<string, () => NumberColumn>()
  private readonly textColumns = new Map<string, () => TextColumn>()

  constructor(
    private readonly duck: Duck,
    readonly text: TextTable,
    readonly name: string,
    private readonly options: Options,
    private readonly scratch: Scratch | null = null,
  ) {
    this.rows = text.rows
    this.columns = text.columns
  }

  place(row: number) {
    return this.text.place(row)
  }

  async numbers(column: string): Promise<NumberColumn> {
    if (!this.numberColumns.has(column)) await this.read([column], [])
    return this.numberColumns.get(column)!()
  }

  async texts(column: string): Promise<TextColumn> {
    if (!this.textColumns.has(column)) await this.read([], [column])
    return this.textColumns.get(column)!()
  }

  /** Reads columns that will be asked for, in one pass. */
  async read(numbers: readonly string[], texts: readonly string[]): Promise<void> {
    const wanted = [
      ...[...new Set(numbers)].filter(column => !this.numberColumns.has(column)).map(column => ({ column, as: 'numbers' as const })),
      ...[...new Set(texts)].filter(column => !this.textColumns.has(column)).map(column => ({ column, as: 'texts' as const })),
    ]
    const bytes = wanted.reduce((sum, { as }) => sum + this.rows * (as === 'numbers' ? 8 : 4), 0)
    const scratch = this.scratch && bytes > this.scratch.memory / 2 ? this.scratch : null
    for (let from = 0; from < wanted.length; from += columnsPerQuery) {
      await this.readColumns(wanted.slice(from, from + columnsPerQuery), scratch)
    }
  }

  private async readColumns(wanted: readonly { column: string; as: 'numbers' | 'texts' }[], scratch: Scratch | null): Promise<void> {
    const readers = wanted.map(({ as }) => (as === 'numbers' ? new NumberReader(this.rows, scratch) : new TextReader(this.rows, scratch)))
    const values = wanted.map(({ column, as }, i) => {
      const value = quoteName(column)
      return `${as === 'numbers' ? numeric(value) : value} AS v${i}`
    })
    const columns = [...new Set(wanted.map(({ column }) => column))]
    for await (const chunk of this.duck.chunks(`SELECT ${values.join(', ')} FROM (${cleanTable(this.text, columns, this.options)})`)) {
      for (const [c, reader] of readers.entries()) {
        const vector = chunk.getColumnVector(c)
        for (let i = 0; i < chunk.rowCount; i++) reader.push(vector.getItem(i) as never)
      }
    }
    for (const [i, reader] of readers.entries()) {
      const { column } = wanted[i]!
      if (reader instanceof NumberReader) {
        const bad = reader.bad < 0 ? null : { row: reader.bad, text: await this.textAt(column, reader.bad) }
        this.numberColumns.set(column, () => ({ values: reader.spool.values(), missing: reader.missing, bad }))
      } else {
        const dictionary = [...reader.index.keys()]
        this.textColumns.set(column, () => ({ codes: reader.spool.values(), missing: reader.missing, dictionary }))
      }
    }
  }

  private async textAt(column: string, row: number): Promise<string> {
    const [found] = await this.duck.query(`SELECT * FROM (${cleanTable(this.text, [column], this.options)}) LIMIT 1 OFFSET ${row}`)
    return String(found![column])
  }
}

class NumberReader {
  readonly spool: Spool<Float64Array>
  missing = 0
  bad = -1
  private row = 0

  constructor(rows: number, scratch: Scratch | null) {
    this.spool = new Spool(n => new Float64Array(n), rows, scratch)
  }

  push(value: number | null): void {
    if (value === null) this.missing++
    else if (value !== value && this.bad < 0) this.bad = this.row
    this.spool.push(value ?? NaN)
    this.row++
  }
}

class TextReader {
  readonly spool: Spool<Int32Array>
  readonly index = new Map<string, number>()
  missing = 0

  constructor(rows: number, scratch: Scratch | null) {
    this.spool = new Spool(n => new Int32Array(n), rows, scratch)
  }

  push(value: string | null): void {
    if (value === null) {
      this.missing++
      return this.spool.push(-1)
    }
    let code = this.index.get(value)
    if (code === undefined) this.index.set(value, (code = this.index.size))
    this.spool.push(code)
  }
}
