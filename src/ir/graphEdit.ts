import type { Json } from '../base/json'
import type { Options } from '../base/options'
import type { TextEdit } from './diagnostic'
import type { Span } from './span'

/** A call that is to be written: `dense(64, { activation: 'relu' })`. Options with their default value are left out of the text. */
export interface LayerCall {
  /** Key into the layer table. */
  readonly kind: string
  readonly options: Options
}

/** A change of the model that is asked for in its graph and written back as text. Nodes are ids of the graph that was shown. */
export type GraphEdit =
  | { readonly kind: 'setOption'; readonly node: number; readonly option: string; readonly value: Json }
  /** An option of a data source, such as `duplicates`. */
  | { readonly kind: 'setSourceOption'; readonly source: number; readonly option: string; readonly value: Json }
  /** The model sees the column no more; the other columns of these features stay. */
  | { readonly kind: 'removeFeature'; readonly node: number; readonly column: string }
  | { readonly kind: 'setTaskOption'; readonly task: string; readonly option: string; readonly value: Json }
  /**
   * After: everything that took the node's tensor takes the new layer's. Before: the new layer goes in front of this node alone,
   * between it and its `input`-th tensor where it takes several.
   */
  | {
      readonly kind: 'insertLayer'
      readonly node: number
      readonly where: 'before' | 'after'
      readonly layer: LayerCall
      readonly input?: number
    }
  | { readonly kind: 'replaceLayer'; readonly node: number; readonly layer: LayerCall }
  /** What took its tensor takes its `input`-th, which must be given where it takes several. */
  | { readonly kind: 'removeLayer'; readonly node: number; readonly input?: number }
  /**
   * The layer, and every layer of the trunk behind it, gets a copy with weights of its own: one for each task that uses it, or
   * one for `task` alone, while the others keep what they share (Recon, Shi et al. 2023). Heads follow their task's copy.
   */
  | { readonly kind: 'splitTrunk'; readonly node: number; readonly task?: string }
  /** The trunk gets a copy for each group; every task is in one. */
  | { readonly kind: 'groupTasks'; readonly groups: readonly (readonly string[])[] }
  /** The task learns from the layer and what is behind it in the trunk without moving it, or what is before it. */
  | { readonly kind: 'stopGradient'; readonly node: number; readonly task: string }
  /** Key into the table of methods, with its defaults. */
  | { readonly kind: 'setWeighting'; readonly method: string }
  | { readonly kind: 'addTask'; readonly name: string; readonly task: LayerCall; readonly label: NewLabel; readonly features: number }

/** A column of a data source of the graph, or a number of classes. */
export type NewLabel = { readonly source: number; readonly column: string } | { readonly classes: number }

export type Proposal =
  /** The text's edits do what was asked and nothing else: both graphs were compared. */
  | {
      readonly kind: 'edits'
      readonly title: string
      readonly edits: readonly TextEdit[]
      /** Something to know: "this line makes 3 layers; all of them change". */
      readonly note: string | null
    }
  /** It can't be done where it was asked; at another place it can, with the consequences named. */
  | {
      readonly kind: 'offer'
      readonly reason: string
      readonly title: string
      readonly edits: readonly TextEdit[]
      /** What else changes: names of nodes, tasks and settings. */
      readonly changes: readonly string[]
    }
  | { readonly kind: 'refused'; readonly reason: string; readonly span: Span | null }

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
