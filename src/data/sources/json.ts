import type { SourceDefinition } from '../source'
import { requireDistinct } from './columnNames'
import { tableOptions } from './csv'

export const json: SourceDefinition = {
  kind: 'json',
  doc: 'A table in a JSON file: a list of objects, or one object per line. Read by DuckDB.',
  example: "json('penguins.json', { missingFeatures: 'mean' })",
  options: tableOptions,
  form: 'table',
  sharesRows: true,

  async table(file) {
    const mark = (await file.bytes(3)).join()
    if (/^(255,254|254,255)/.test(mark)) throw file.fail(': the file is UTF-16; save it as UTF-8')
    if (mark === '239,187,191') throw file.fail(': the file begins with a byte order mark; save it as UTF-8 without one')
    await file.checkWhole()
    const objects = `read_json_objects(${file.quote(file.path)}, format = 'auto')`
    const query = async (sql: string) => {
      try {
        return await file.query(sql)
      } catch (error) {
        throw file.fail(
          ` can't be read as JSON: ${/Malformed JSON.*?at (.*?)\.?\s*$/m.exec((error as Error).message)?.[1] ?? (error as Error).message.split('\n')[0]}`,
        )
      }
    }
    const numbered = `SELECT json, row_number() OVER () AS r FROM ${objects}`
    const [odd] = await query(
      `SELECT r, json_type(json) AS t FROM (${numbered}) WHERE json_type(json) <> 'OBJECT' OR NOT json_valid(json) ORDER BY r LIMIT 1`,
    )
    if (odd)
      throw file.fail(`, row ${Number(odd.r)}: expected an object with one value per column, found ${typeName(odd.t)}`, {
        row: Number(odd.r),
      })
    const keys = await query(`SELECT json_keys(json) AS k, count(*) AS n FROM (${numbered}) GROUP BY k ORDER BY min(r)`)
    // A key without a name can't be named in a model.
    const columns = [...new Set(keys.flatMap(row => row.k as string[]))].filter(key => key !== '')
    const rows = keys.reduce((sum, row) => sum + Number(row.n), 0)
    if (columns.length === 0) throw file.fail(' holds no rows: a list of objects, or one object per line, is expected')
    requireDistinct(columns, file)

    const at = (column: string) => file.quote('/' + column.replaceAll('~', '~0').replaceAll('/', '~1'))
    return {
      columns,
      rows,
      select: `SELECT ${columns.map(column => `json ->> ${at(column)} AS "${column.replaceAll('"', '""')}"`).join(', ')} FROM ${objects}`,
      place: row => Promise.resolve({ text: `row ${row + 1}`, number: row + 1 }),
      async check(used) {
        for (const column of used) {
          const [nested] = await query(
            `SELECT r, json_type(json, ${at(column)}) AS t FROM (${numbered}) WHERE t IN ('OBJECT', 'ARRAY') ORDER BY r LIMIT 1`,
          )
          if (nested) {
            throw file.fail(`, row ${Number(nested.r)}, column '${column}': expected a text or a number, found ${typeName(nested.t)}`, {
              row: Number(nested.r),
              column,
            })
          }
        }
      },
    }
  },
}

const typeNames: Readonly<Record<string, string>> = {
  OBJECT: 'an object',
  ARRAY: 'a list',
  VARCHAR: 'a text',
  BOOLEAN: 'true or false',
  NULL: 'null',
}
const typeName = (type: unknown): string => typeNames[String(type)] ?? 'a number'
