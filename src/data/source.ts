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
  /** 'table': rows with named columns, `.features({…})` and `.label(…)`. 'arrays': named arrays, `input(name, shape, { from })` and `.label(…)`. */
  readonly form: 'table' | 'arrays'
  /** For tables. @throws DataError where the file is not such a table */
  table?(file: SourceFile): Promise<TextTable>
  /** For arrays. @throws DataError where the file does not hold such arrays */
  arrays?(file: SourceFile): Promise<readonly NamedArray[]>
}

/** What a source gets to read its file with. */
export interface SourceFile {
  /** Absolute, links resolved. */
  readonly path: string
  /** As written in the model file; for messages. */
  readonly name: string
  readonly options: Options
  /** @returns a DataError with the code 'mtl/data-format'; the message starts with the file's name */
  fail(message: string, place?: { readonly row?: number; readonly column?: string }): Error
  /** Quotes a text for SQL. */
  quote(text: string): string
  /** Rows of a SELECT statement as plain values. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** The content, unpacked where the file is gzipped; the first `limit` bytes where given. */
  bytes(limit?: number): Promise<Uint8Array>
  /** @returns null where the bytes are not UTF-8 */
  decode(bytes: Uint8Array): string | null
  /** Members of a zip archive by name. */
  unzip(bytes: Uint8Array): Readonly<Record<string, Uint8Array>>
}

/** A table as text, before missing markers and types are looked at. */
export interface TextTable {
  readonly columns: readonly string[]
  readonly rows: number
  /** A SELECT statement that gives the columns as VARCHAR, rows in the order of the file. */
  readonly select: string
  /** @param row from 0 @returns how a message names the row, and the row or line number in the file */
  place(row: number): Promise<{ readonly text: string; readonly number: number }>
  /** An error where a used column holds what is no plain value. */
  check?(columns: readonly string[]): Promise<void>
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
