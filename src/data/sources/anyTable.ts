import type { OptionSpecs } from '../../base/options'
import { tableEndings, tableKindOf } from '../../base/tableFiles'
import type { SourceFile, TextTable } from '../source'
import { csv } from './csv'
import { json } from './json'
import { parquet } from './parquet'

const readers = { csv, json, parquet } as const

/** Options of sources that read a table of any kind. */
export const anyTableOptions: OptionSpecs = csv.options

/** A table by the ending of its file's name. @throws DataError */
export function tableOf(file: SourceFile): Promise<TextTable> {
  const kind = tableKindOf(file.name)
  if (!kind) {
    throw file.fail(`: the kind of table is not known by the file's name; one of .${Object.keys(tableEndings).join(', .')} is expected`)
  }
  return readers[kind].table!(file)
}
