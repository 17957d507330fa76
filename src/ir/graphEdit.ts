import type { Json } from '../base/json'
import type { Options } from '../base/options'

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
