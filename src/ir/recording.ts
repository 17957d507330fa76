import type { Json } from '../base/json'
import type { Options } from '../base/options'
import type { DiagnosticCode } from './diagnosticCodes'
import type { Severity } from './diagnostic'
import type { ParameterSpec, SamplingSettings, SplitSettings } from './graph'
import type { DataProfile, ProfileError } from './profile'
import type { Shape } from './shape'

/** What the sandbox gets before a model file runs. */
export interface SandboxInput {
  /** The model file, relative to the workspace. */
  readonly file: string
  readonly profiles: Readonly<Record<string, DataProfile | ProfileError>>
}

/** What comes out of the sandbox: plain data, places still as raw stacks. The host turns it into a ModelGraph with spans. */
export interface Recording {
  /** `Error.stack` texts; everything else refers to them by index. */
  readonly stacks: readonly string[]
  readonly nodes: readonly RecordedNode[]
  readonly sources: readonly RecordedSource[]
  readonly reports: readonly Report[]
  /** The default export, if it is a model. */
  readonly model: RecordedModel | null
  /** Stacks of all `model(…)` calls. */
  readonly modelStacks: readonly number[]
  /** Whether the file has a default export at all. */
  readonly defaultExport: boolean
}

export interface RecordedNode {
  readonly kind: string
  /** Where the language itself decides it: an input's name, `${task}.output`. */
  readonly name: string | null
  readonly layer: number
  readonly inputs: readonly number[]
  readonly options: Options
  readonly shape: Shape
  readonly parameters: readonly ParameterSpec[]
  readonly stack: number
  readonly use: number | null
  /** Applied by `.pipe(…)`: named by kind and number instead of by variable. */
  readonly piped: boolean
  /** Applications of named blocks that it belongs to, outermost first. */
  readonly blocks?: readonly string[]
}

export interface RecordedSource {
  readonly kind: string
  readonly path: string
  /** Relative to the workspace; null where the path is refused. */
  readonly resolved: string | null
  readonly options: Options
  readonly split: SplitSettings
  /** Index of an earlier source with the same rows. */
  readonly sameRowsAs?: number
  readonly stack: number
}

export interface RecordedChoice {
  readonly kind: string
  readonly options: Options
  readonly stack: number | null
}

export interface RecordedTask {
  readonly name: string
  readonly kind: string
  readonly features: number
  readonly output: number
  /** The loss of each row, where the task has one of its own. */
  readonly loss: number | null
  readonly label: { readonly source: number; readonly column: string; readonly stack: number } | null
  readonly options: Options
  readonly weight: number
  readonly classes: readonly string[] | null
  readonly stack: number
}

export interface RecordedModel {
  readonly tasks: readonly RecordedTask[]
  readonly optimizer: RecordedChoice
  readonly weighting: RecordedChoice
  readonly schedule: RecordedChoice
  readonly settings: { readonly epochs: number; readonly batchSize: number; readonly seed: number; readonly clipNorm?: number }
  readonly sampling: SamplingSettings | null
  readonly earlyStopping: { readonly patience: number; readonly minDelta: number } | null
  /** Names of the settings that are written. */
  readonly written: readonly string[]
  readonly stack: number
}

/** A place in the text, as far as the sandbox can tell: a call, one of its arguments, a property inside of that. */
export interface Place {
  readonly stack: number
  readonly argument?: number
  readonly path?: readonly (string | number)[]
  /** The property's name instead of its value. */
  readonly key?: boolean
}

export interface Report {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly message: string
  readonly place: Place
  readonly related?: readonly { readonly message: string; readonly place: Place }[]
  readonly fixes?: readonly FixRequest[]
}

/** A quick fix before its place is known. */
export type FixRequest =
  /** Replaces the text or name at the report's place. */
  | { readonly kind: 'replace'; readonly text: string }
  /** Writes an option into the object at the place, which is added if it is not there. */
  | { readonly kind: 'setOption'; readonly place: Place; readonly option: string; readonly value: Json }
  /** Puts a layer ("flatten()") before one that was applied: in the pipe, or around the tensor. */
  | { readonly kind: 'insertLayer'; readonly layer: string; readonly made: number; readonly use: number | null }
  /** Applies a layer to the tensor in an argument. */
  | { readonly kind: 'wrapArgument'; readonly layer: string; readonly place: Place }
  /** `dense(4, x)` → `dense(4)(x)`: the argument moves into a call of its own. */
  | { readonly kind: 'applyTo'; readonly place: Place }
