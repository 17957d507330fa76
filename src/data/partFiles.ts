import { quoteName } from './duckdb'
import { DataError } from './dataset'
import type { NamedArray, NumberArray, SourceFile, TextTable } from './source'

/** A file of its own for a part of the split. */
export interface PartFile {
  /** As in `SplitKeys.given`. */
  readonly part: 1 | 2
  readonly file: SourceFile
}

/** @returns the rows of all files one after the other, in the columns of the first @throws DataError where a column is missing */
export function joinTables(first: TextTable, others: readonly { readonly file: SourceFile; readonly table: TextTable }[]): TextTable {
  if (others.length === 0) return first
  const columns = first.columns.map(quoteName).join(', ')
  for (const { file, table } of others) {
    const missing = first.columns.find(column => !table.columns.includes(column))
    if (missing !== undefined)
      throw new DataError('mtl/unknown-column', `${file.name} has no column '${missing}', which the source's own file has`, {
        file: file.name,
        column: missing,
      })
  }
  const starts = others.reduce((starts, { table }) => [...starts, starts.at(-1)! + table.rows], [first.rows])
  return {
    columns: first.columns,
    rows: starts.at(-1)!,
    ownRows: first.rows,
    select: [first, ...others.map(({ table }) => table)].map(({ select }) => `(SELECT ${columns} FROM (${select}))`).join(' UNION ALL '),
    async place(row) {
      if (row < first.rows) return first.place(row)
      const index = starts.findIndex(start => row < start) - 1
      const { file, table } = others[index]!
      const { text, number } = await table.place(row - starts[index]!)
      return { text: `${file.name}, ${text}`, number }
    },
    async check(used) {
      for (const table of [first, ...others.map(({ table }) => table)]) await table.check?.(used)
    },
  }
}

/** As `joinTables`, for arrays. @throws DataError where an array is missing or of another shape or type */
export function joinArrays(
  first: readonly NamedArray[],
  others: readonly { readonly file: SourceFile; readonly arrays: readonly NamedArray[] }[],
): readonly NamedArray[] {
  if (others.length === 0) return first
  return first.map(own => {
    const parts = others.map(({ file, arrays }) => {
      const found = arrays.find(({ name }) => name === own.name)
      const fail = (message: string) => new DataError('mtl/unknown-array', `${file.name} ${message}`, { file: file.name, column: own.name })
      if (!found) throw fail(`has no array '${own.name}', which the source's own file has`)
      if (found.dtype !== own.dtype || found.shape.slice(1).join() !== own.shape.slice(1).join())
        throw fail(
          `, array '${own.name}': expected rows of [${own.shape.slice(1).join(', ')}] ${own.dtype}, found [${found.shape.slice(1).join(', ')}] ${found.dtype}`,
        )
      return found
    })
    const all = [own, ...parts]
    const rows = all.reduce((sum, { shape }) => sum + shape[0]!, 0)
    if (own.values === null) return { ...own, shape: [rows, ...own.shape.slice(1)] }
    const length = all.reduce((sum, { values }) => sum + values!.length, 0)
    const values = new (own.values.constructor as new (length: number) => NumberArray)(length)
    let at = 0
    for (const { values: part } of all) {
      values.set(part as never, at)
      at += part!.length
    }
    return { ...own, shape: [rows, ...own.shape.slice(1)], values }
  })
}

/** The part of each row where parts have files of their own: 0 for what is to be divided. */
export function givenParts(rows: number, others: readonly { readonly part: 1 | 2; readonly rows: number }[]): Int8Array | null {
  if (others.length === 0) return null
  const given = new Int8Array(rows)
  let at = rows - others.reduce((sum, { rows }) => sum + rows, 0)
  for (const { part, rows: own } of others) given.fill(part, at, (at += own))
  return given
}
