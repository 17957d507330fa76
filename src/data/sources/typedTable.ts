import type { SourceFile, TextTable } from '../source'

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/**
 * A table of DuckDB whose columns have types, as texts.
 * @param relation what stands after FROM
 * @param complain turns DuckDB's error into one for the user
 */
export async function typedTable(file: SourceFile, relation: string, complain: (error: Error) => Error): Promise<TextTable> {
  const query = (sql: string) =>
    file.query(sql).catch((error: unknown) => {
      throw complain(error as Error)
    })
  const described = await query(`DESCRIBE SELECT * FROM ${relation}`)
  const types = new Map(described.map(row => [String(row.column_name), String(row.column_type)]))
  if (types.size < described.length) {
    const names = described.map(row => String(row.column_name))
    const twice = names.find((name, i) => names.indexOf(name) !== i)!
    throw file.fail(`: two columns are named '${twice}'`, { column: twice })
  }
  // Reads every value once, so that whatever DuckDB objects to comes up here.
  const columns = [...types.keys()].filter(name => name !== '')
  const counts = columns.map(name => `count(${quoted(name)})`)
  const [found] = await query(`SELECT count(*) AS n, ${counts.map((count, i) => `${count} AS c${i}`).join(', ')} FROM ${relation}`)
  const rows = Number(found!.n)
  if (rows === 0) throw file.fail(' holds no rows')
  const plain = (name: string) => /^(BLOB|BIT|GEOMETRY)$|\[|^(STRUCT|MAP|UNION|LIST)/.exec(types.get(name)!) === null
  return {
    columns,
    rows,
    select: `SELECT ${columns.map(name => `CAST(${quoted(name)} AS VARCHAR) AS ${quoted(name)}`).join(', ')} FROM ${relation}`,
    place: row => Promise.resolve({ text: `row ${row + 1}`, number: row + 1 }),
    check(used) {
      const nested = used.find(name => !plain(name))
      if (nested === undefined) return Promise.resolve()
      return Promise.reject(
        file.fail(`, column '${nested}': expected texts or numbers, found ${types.get(nested)!.slice(0, 60)}`, { column: nested }),
      )
    },
  }
}
