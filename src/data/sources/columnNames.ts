import type { SourceFile } from '../source'

/** @throws DataError where two columns have one name: capitals apart, as DuckDB would read one of them in the place of the other */
export function requireDistinct(columns: readonly string[], file: SourceFile, row?: number): void {
  const seen = new Map<string, number>()
  for (const [i, name] of columns.entries()) {
    const key = name.replace(/[A-Z]/g, letter => letter.toLowerCase())
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, i)
      continue
    }
    const which = `(columns ${first + 1} and ${i + 1})`
    const message =
      columns[first] === name
        ? `two columns are named '${name}' ${which}`
        : `two columns are named '${columns[first]}' and '${name}' ${which}: names must differ in more than capitals`
    throw file.fail(`: ${message}`, { ...(row !== undefined && { row }), column: name })
  }
}
