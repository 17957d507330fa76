import type { OptionSpecs } from '../../base/options'
import type { SourceFile, TextTable } from '../source'
import { csv } from './csv'
import { json } from './json'
import { parquet } from './parquet'

/** Endings of file names by kind of table; a packed file may end in .gz too. */
const readers = { csv, tsv: csv, txt: csv, json, jsonl: json, ndjson: json, parquet } as const

/** Options of sources that read a table of any kind. */
export const anyTableOptions: OptionSpecs = csv.options

/** A table by the ending of its file's name. @throws DataError */
export function tableOf(file: SourceFile): Promise<TextTable> {
  const ending = /\.([a-z]+)(\.gz)?$/i.exec(file.name)?.[1]?.toLowerCase() ?? ''
  if (!(ending in readers)) {
    throw file.fail(`: the kind of table is not known by the file's name; one of .${Object.keys(readers).join(', .')} is expected`)
  }
  return readers[ending as keyof typeof readers].table!(file)
}
