import type { ModelGraph } from '../ir/graph'
import type { EditVocabulary, GraphEdit } from '../ir/graphEdit'
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
  /** What a run has seen of the conflict at the trunk's layers; null or absent where no run has seen any. */
  readonly conflict?: GraphConflict | null
}

export interface GraphConflict {
  /** Name of the run. */
  readonly run: string
  /** The model has changed since. */
  readonly stale: boolean
  readonly layers: readonly LayerMark[]
}

export interface LayerMark {
  /** Name of the layer's first application. */
  readonly layer: string
  /** The worst pair of tasks, its mean cosine, and whether that is a finding. */
  readonly pair: readonly [string, string]
  readonly cosine: number
  readonly reported: boolean
}

export interface GraphDelta {
  /** The node under the editor's cursor. */
  readonly selected?: number | null
  /** What became of an edit. */
  readonly outcome?: EditOutcome
}

export interface EditOutcome {
  readonly request: number
  /** Why the text was left as it is, one sentence; null where the edit was made. */
  readonly refusal: { readonly reason: string; /** The place in the text can be shown. */ readonly placed: boolean } | null
}

export type GraphAction =
  /** Show the line that made the node. */
  | { readonly kind: 'reveal'; readonly node: number }
  | { readonly kind: 'revealTask'; readonly task: string }
  | { readonly kind: 'lock'; readonly locked: boolean }
  /**
   * Change the model's text as the graph asks: one undo step in the editor, or an `outcome` of the same request with the reason
   * where it is refused. The new graph comes back as a snapshot. Only where the graph is not stale.
   */
  | { readonly kind: 'edit'; readonly request: number; readonly edit: GraphEdit }
  /** Show what stands in the way of the edit that was refused last. */
  | { readonly kind: 'showRefusal' }
  | SaveFile

/** Kept by VS Code with the panel (`setState`), restored after a reload. */
export interface GraphPanelState {
  readonly uri: string
  /** null: the whole graph is kept in view. */
  readonly view: { readonly x: number; readonly y: number; readonly scale: number } | null
  /** Groups (trunk, heads) drawn as one box. */
  readonly collapsed: readonly string[]
  /** Whether layers are marked with their conflict; true where absent. */
  readonly conflict?: boolean
  readonly locked: boolean
}
