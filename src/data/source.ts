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
  /** For tables: the DuckDB table function call that reads the file, e.g. `read_csv('…', …)`. Texts must go through `quote`. */
  relation?(file: string, options: Options, quote: (text: string) => string): string
}
