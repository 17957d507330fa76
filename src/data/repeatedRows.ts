import type { Options } from '../base/options'
import { quoteName, type Duck } from './duckdb'
import { cleanTable, rowName, type FileTable } from './table'
import { counted } from '../transforms/wording'

/** Marks every row that repeats an earlier one in all columns. @returns null where there is none */
export async function repeatedRows(duck: Duck, table: FileTable, options: Options): Promise<{ rows: Uint8Array; note: string } | null> {
  const rows = new Uint8Array(table.rows)
  const columns = table.columns.map(quoteName).join(', ')
  const row = rowName(table)
  const numbered = `SELECT ${columns}, row_number() OVER () AS ${row} FROM (${cleanTable(table.text, table.columns, options)})`
  const repeats = `SELECT ${row} - 1 FROM (${numbered}) QUALIFY row_number() OVER (PARTITION BY ${columns} ORDER BY ${row}) > 1`
  let found = 0
  for await (const chunk of duck.chunks(repeats)) {
    const vector = chunk.getColumnVector(0)
    for (let i = 0; i < chunk.rowCount; i++) rows[Number(vector.getItem(i))] = 1
    found += chunk.rowCount
  }
  if (found === 0) return null
  const note = `${counted(found, 'row')} of ${table.rows.toLocaleString('en')} ${found === 1 ? 'repeats an earlier one and is' : 'repeat earlier ones and are'} left out (duplicates: 'drop').`
  return { rows, note }
}
