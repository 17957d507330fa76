import type { OptionSpec } from '../../base/options'
import type { SourceDefinition } from '../source'
import { tableOptions } from './csv'
import { tableOf } from './anyTable'
import { typedTable } from './typedTable'

const filesOption: OptionSpec<Readonly<Record<string, string>>> = {
  type: '{ readonly [table: string]: string }',
  doc: 'The files that the query reads, relative to the model file, by the name of the table that each becomes: CSV, JSON or Parquet. No other file can be read.',
  required: true,
  check: value =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0 &&
    Object.entries(value).every(([name, path]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && typeof path === 'string' && path !== '')
      ? undefined
      : "an object of paths by table name, such as { penguins: 'penguins.csv' }",
}

export const sql: SourceDefinition = {
  kind: 'sql',
  doc: 'The rows of one SELECT statement over local files, in DuckDB’s SQL. Values of CSV and JSON files are texts: CAST them where the query computes with them. ORDER BY makes the order of rows, and so the split, a matter of the query alone.',
  example: "sql('SELECT a.*, b.price FROM a JOIN b USING (id) ORDER BY id', { files: { a: 'a.csv', b: 'b.parquet' } })",
  options: { ...tableOptions, files: filesOption },
  form: 'table',
  names: 'query',
  files: ({ files }) => Object.values((files ?? {}) as Readonly<Record<string, string>>),

  async table(file) {
    const query = file.options.query as string
    const bare = query.replace(/--.*$/gm, '').replace(/\/\*[^]*?\*\//g, '')
    if (/^[\s;]*$/.test(bare)) throw file.fail(': one SELECT statement is expected, found none')
    const files = file.options.files as Readonly<Record<string, string>>
    for (const [name, path] of Object.entries(files)) {
      const table = await tableOf(await file.beside(path))
      await file.query(`CREATE VIEW "${name}" AS ${table.select}`)
    }
    const complain = (error: Error) => {
      const message = error.message
        .split('\n')[0]!
        .replace(/^Failed to \w+ statements?: /, '')
        .trim()
      if (!/Permission Error|No files found|disabled/i.test(message)) return file.fail(`: ${message}`)
      return file.fail(`: it may read the files named under \`files\` (${Object.keys(files).join(', ')}) and nothing else, nor write any`)
    }
    const kinds = await file.statements(query).catch((error: unknown) => {
      throw complain(error as Error)
    })
    if (kinds.length !== 1) throw file.fail(`: one SELECT statement is expected, found ${kinds.length}`)
    if (kinds[0] !== 'SELECT') throw file.fail(`: a SELECT statement is expected, found ${kinds[0]!.replaceAll('_', ' ')}`)
    // Run once: what is read twice is then the same, whatever the query leaves open.
    await file.query(`CREATE TABLE "query result" AS ${query}`).catch((error: unknown) => {
      throw complain(error as Error)
    })
    return typedTable(file, '"query result"', complain)
  },
}
