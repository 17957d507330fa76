import type { Json } from '../base/json'
import type { Options } from '../base/options'
import type { ModelGraph } from '../ir/graph'
import type { SaveFile } from './saveFile'

/** The graph panel shows one model file. Each evaluation sends a whole snapshot: graphs are small. */
export interface GraphSnapshot {
  /** Of the model file: the panel keeps it in its state, from which VS Code brings the panel back after a reload. */
  readonly uri: string
  /** The last good graph; null while there never was one. */
  readonly graph: ModelGraph | null
  /** True where the text has changed to something broken since. */
  readonly stale: boolean
  /** Why it is stale, one line. */
  readonly problem: string | null
  readonly title: string
  /** The node under the editor's cursor. */
  readonly selected: number | null
  /** The panel stays with this model, whichever is edited. */
  readonly locked: boolean
  /** What the graph can be changed into; null where the text can't be written (untrusted, read-only, closed). */
  readonly vocabulary: EditVocabulary | null
}

export interface GraphDelta {
  /** The node under the editor's cursor. */
  readonly selected?: number | null
  /** What became of an edit. */
  readonly outcome?: EditOutcome
}

/** The layers and tasks that an edit can name, with their options as forms; made by the language from its own tables. */
export interface EditVocabulary {
  readonly layers: readonly CallForm[]
  readonly tasks: readonly CallForm[]
  /** Columns that a new task could learn, by id of a data source; empty where the file was not read. */
  readonly labels: readonly { readonly source: number; readonly columns: readonly string[] }[]
}

export interface CallForm {
  readonly kind: string
  readonly doc: string
  readonly options: readonly OptionForm[]
}

export interface OptionForm {
  readonly name: string
  /** 'json': anything else, written as a literal. */
  readonly kind: 'number' | 'boolean' | 'text' | 'choice' | 'json'
  readonly doc: string
  readonly required: boolean
  /** Absent: the option is not written. */
  readonly default?: Json
  readonly choices?: readonly string[]
}

/** A layer to be written; options at their default are left out of `options`. */
export interface LayerCall {
  readonly kind: string
  readonly options: Options
}

/** One change of the model. Node ids are those of the graph that the panel shows. */
export type GraphEdit =
  /** @param value null: the option is taken out of the text, and has its default */
  | { readonly op: 'setOption'; readonly node: number; readonly option: string; readonly value: Json }
  | { readonly op: 'setTaskOption'; readonly task: string; readonly option: string; readonly value: Json }
  | { readonly op: 'insert'; readonly node: number; readonly where: 'before' | 'after'; readonly layer: LayerCall }
  | { readonly op: 'replace'; readonly node: number; readonly layer: LayerCall }
  | { readonly op: 'remove'; readonly node: number }
  /** A task that learns from this node. */
  | {
      readonly op: 'addTask'
      readonly node: number
      readonly name: string
      readonly kind: string
      readonly label: { readonly source: number; readonly column: string }
      readonly options: Options
    }

export interface EditOutcome {
  readonly request: number
  /** Why the text was left as it is, one sentence; null where the edit was made. */
  readonly refusal: string | null
}

export type GraphAction =
  /** Show the line that made the node. */
  | { readonly kind: 'reveal'; readonly node: number }
  | { readonly kind: 'revealTask'; readonly task: string }
  | { readonly kind: 'lock'; readonly locked: boolean }
  /** Answered by an `outcome` of the same request. One undo step in the editor. */
  | { readonly kind: 'edit'; readonly request: number; readonly edit: GraphEdit }
  | SaveFile

/** Kept by VS Code with the panel (`setState`), restored after a reload. */
export interface GraphPanelState {
  readonly uri: string
  /** null: the whole graph is kept in view. */
  readonly view: { readonly x: number; readonly y: number; readonly scale: number } | null
  /** Groups (trunk, heads) drawn as one box. */
  readonly collapsed: readonly string[]
  readonly locked: boolean
}
