/** Endings of the names of files that hold a table, and the source that reads them. */
export const tableEndings = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
  parquet: 'parquet',
} as const

export type TableKind = (typeof tableEndings)[keyof typeof tableEndings]

const ending = /\.([a-z]+)(\.gz)?$/i

/** @param name of a file, which may be packed and end in .gz too @returns undefined where the name does not tell */
export function tableKindOf(name: string): TableKind | undefined {
  const found = ending.exec(name)?.[1]?.toLowerCase() ?? ''
  return Object.hasOwn(tableEndings, found) ? tableEndings[found as keyof typeof tableEndings] : undefined
}

export const withoutEnding = (name: string): string => name.replace(ending, '')
