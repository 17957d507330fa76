import type { Json } from '../../base/json'
import type { Options } from '../../base/options'
import type { RowFile } from '../fingerprint'
import type { RowWriter } from '../rows'
import type { TableValues } from '../table'

/** What an extractor reads: the table whose column names texts or files, and the way to those files. */
export interface Extraction {
  readonly table: TableValues
  readonly options: Options
  /** Name of the source, for messages. */
  readonly name: string
  /** Absolute path of a file named in the table. @throws DataError */
  locate(path: string): Promise<string>
}

/** How the array of a source such as `images` comes about. One file each. */
export interface Extractor {
  /** Columns of the table that it reads. */
  columns(options: Options): { readonly numbers?: readonly string[]; readonly texts?: readonly string[] }
  /** Files that the table names, where it names any, each once and by its absolute path. @throws DataError */
  files?(extraction: Extraction): Promise<readonly RowFile[]>
  /** Learns what it needs from the training rows; plain data, stored in checkpoints. @throws DataError */
  fit(extraction: Extraction, train: Int32Array, notes: string[]): Promise<Json>
  /** Writes the arrays of the rows of `order`. @throws DataError with the row */
  write(extraction: Extraction, state: Json, order: Int32Array, writer: RowWriter): Promise<void>
}
