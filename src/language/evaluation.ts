import type { Diagnostic } from '../ir/diagnostic'
import type { ModelGraph } from '../ir/graph'
import type { Options } from '../base/options'
import type { DataProfile, ProfileError } from '../ir/profile'

export interface EvaluationRequest {
  /** The model file, relative to `root`, with '/' between folders. */
  readonly file: string
  /** Absolute path of the folder that imports may not leave. */
  readonly root: string
  /** Texts of open editors by path relative to root; they win over the disk. */
  readonly overlay: Readonly<Record<string, string>>
  /** By `profileKey` of the data source, its path relative to root. */
  readonly profiles: Readonly<Record<string, DataProfile | ProfileError>>
}

export interface EvaluationResult {
  /** Null where the file could not be evaluated at all (syntax error, time-out); partial graphs with unknown shapes are graphs. */
  readonly graph: ModelGraph | null
  readonly diagnostics: readonly Diagnostic[]
  /** Files read, relative to root: a change of any of them asks for a new evaluation. */
  readonly files: readonly string[]
  /** Data sources named by the model, for the host to profile; paths relative to root. */
  readonly profilesWanted: readonly DataWanted[]
  readonly milliseconds: number
}

export interface ProfileWanted {
  readonly kind: string
  readonly path: string
  readonly options: Options
}

export interface DataWanted extends ProfileWanted {
  /** What the data are made of, relative to root: files, or folders with all that lies in them. */
  readonly files: readonly string[]
  /** Endings of the files that a column of the table names; they lie beside the table or in folders there. */
  readonly endings?: readonly string[]
}
