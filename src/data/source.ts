import type { OptionSpecs, Options } from '../base/options'

/**
 * A kind of data source. One file each under sources/. The file imports its reading libraries for types only and gets
 * them as arguments, so that the sandbox, which needs the options, carries neither DuckDB nor the file system.
 */
export interface SourceDefinition {
  readonly kind: string
  readonly doc: string
  readonly example: string
  /** Beside `split`, which every source has. */
  readonly options: OptionSpecs
  /**
   * 'table': rows with named columns, `.features({…})` and `.label(…)`. 'arrays': named arrays, `input(name, shape, { from })` and
   * `.label(…)`. 'both': a table with an array beside its columns.
   */
  readonly form: 'table' | 'arrays' | 'both'
  /** Its rows are those of the table in the file: several such sources over one file can be inputs of one model. */
  readonly sharesRows?: boolean
  /** What its first argument names: a file where nothing else is said. The files of a query are named by its option `files`. */
  readonly names?: 'folder' | 'file or folder' | 'query'
  /** How the names of the files end that its rows are made of: those in the folder, or named by a column of the table. */
  readonly endings?: readonly string[]
  /** Other files that its options name, relative to the folder of its own. */
  files?(options: Options): readonly string[]
  /** For tables. @throws DataError where the file is not such a table */
  table?(file: SourceFile): Promise<TextTable>
  /** For tables with an array that is made of a column's texts or of files: what `input` may name. */
  array?(options: Options): ExtractedArray
  /** For arrays. @throws DataError where the file does not hold such arrays */
  arrays?(file: SourceFile): Promise<readonly NamedArray[]>
}

/** What a source gets to read its file with. */
export interface SourceFile {
  /** Absolute, links resolved. */
  readonly path: string
  /** As written in the model file; for messages. */
  readonly name: string
  readonly isFolder: boolean
  readonly options: Options
  /** @returns a DataError with the code 'mtl/data-format'; the message starts with the file's name */
  fail(message: string, place?: { readonly row?: number; readonly column?: string }): Error
  /** Quotes a text for SQL. */
  quote(text: string): string
  /** Rows of a SELECT statement as plain values. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Kinds of the statements in a text: 'SELECT', 'COPY', … @throws Error where it is no SQL */
  statements(sql: string): Promise<readonly string[]>
  /** The content, unpacked where the file is gzipped; the first `limit` bytes where given. */
  bytes(limit?: number): Promise<Uint8Array>
  /** Bytes of the last line that is not empty, the file unpacked where it is gzipped; where it is longer than `limit`, more than that. */
  lastLine(limit: number): Promise<number>
  /** Reads a gzipped file to its end: DuckDB takes what is cut off for whole. @throws DataError where it is cut off or damaged */
  checkWhole(): Promise<void>
  /** @returns null where the bytes are not UTF-8 */
  decode(bytes: Uint8Array): string | null
  /** Files below a folder by class: those in each of its folders, sorted. */
  filesByClass(): Promise<readonly { readonly name: string; readonly files: readonly string[] }[]>
  /** What else lies in the folder and is not hidden: links, folders within those of the classes, files beside them. */
  filesBeside(): Promise<readonly { readonly path: string; readonly what: 'link' | 'folder' | 'file' }[]>
  /** Another file, its path relative to this one's folder. @throws DataError where it may not be read */
  beside(path: string): Promise<SourceFile>
  /** Members of a zip archive by name. */
  unzip(bytes: Uint8Array): Readonly<Record<string, Uint8Array>>
}

/** A table as text, before missing markers and types are looked at. */
export interface TextTable {
  readonly columns: readonly string[]
  readonly rows: number
  /** Where parts of the split have files of their own: rows of the source's own file, which come first. */
  readonly ownRows?: number
  /** A SELECT statement that gives the columns as VARCHAR, rows in the order of the file. */
  readonly select: string
  /** For windows over rows: the rows themselves, in order. */
  readonly whole?: TextTable
  /** @param row from 0 @returns how a message names the row, and the row or line number in the file */
  place(row: number): Promise<{ readonly text: string; readonly number: number }>
  /** An error where a used column holds what is no plain value. */
  check?(columns: readonly string[]): Promise<void>
}

/** An array beside the columns of a table: name, shape of a row, NumPy's name of its numbers. */
export interface ExtractedArray {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: 'uint8' | 'int32' | 'float32'
}

export type NumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/** Row-major (C order), first axis: rows. */
export interface NamedArray {
  readonly name: string
  readonly shape: readonly number[]
  /** NumPy's name: 'uint8', 'float32', 'bool', …; as in the header ('<U7', '|O') where the array holds no numbers. */
  readonly dtype: string
  /** Null where the array holds no numbers. */
  readonly values: NumberArray | null
}

/** Arrays whose elements are plain numbers. */
export type FloatableArray = Exclude<NumberArray, BigInt64Array | BigUint64Array>
