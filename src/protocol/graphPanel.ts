import type { ModelGraph } from '../ir/graph'
import type { GraphEdit } from '../ir/graphEdit'

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
}

/** The node under the editor's cursor. */
export interface GraphDelta {
  readonly selected: number | null
}

export type GraphAction =
  /** Show the line that made the node. */
  | { readonly kind: 'reveal'; readonly node: number }
  | { readonly kind: 'revealTask'; readonly task: string }
  /**
   * Change the model's text as the graph asks: one undo step in the editor, or a message with the reason where it is refused.
   * The new graph comes back as a snapshot. Only where the graph is not stale.
   */
  | { readonly kind: 'edit'; readonly edit: GraphEdit }

/** Kept by VS Code with the panel (`setState`), restored after a reload. */
export interface GraphPanelState {
  readonly uri: string
  /** null: the whole graph is kept in view. */
  readonly view: { readonly x: number; readonly y: number; readonly scale: number } | null
  /** Groups (trunk, heads) drawn as one box. */
  readonly collapsed: readonly string[]
}
