/**
 * Messages between the extension and one panel. A panel says `ready` with the last sequence number it saw; it gets a
 * complete `snapshot`, then `delta`s with rising numbers; on a gap it asks `resync` and gets a snapshot again.
 */
export type ToPanel<Snapshot, Delta> =
  | { readonly type: 'snapshot'; readonly sequence: number; readonly snapshot: Snapshot }
  | { readonly type: 'delta'; readonly sequence: number; readonly delta: Delta }

export type FromPanel<Action> =
  | { readonly type: 'ready'; readonly lastSequence: number | null }
  | { readonly type: 'resync' }
  | { readonly type: 'action'; readonly action: Action }
  /** An error in the panel's own script, for the extension's log. */
  | { readonly type: 'error'; readonly message: string }
