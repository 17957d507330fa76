import type { AffinityResult } from '../ir/affinity'
import type { SaveFile } from './saveFile'

/** How a measurement stands, and what it found. */
export interface Measurement {
  readonly id: string
  readonly model: string
  readonly created: number
  readonly status: 'running' | 'completed' | 'stopped' | 'failed' | 'interrupted'
  /** Trainings, of `total`. */
  readonly done: number
  readonly total: number
  readonly current: { readonly label: string; readonly run: string | null } | null
  readonly secondsLeft: number | null
  readonly message?: string
  readonly result: AffinityResult | null
}

/** The affinity panel shows one measurement. It is small, and sent as a whole whenever something has changed: there are no deltas. */
export interface AffinitySnapshot {
  /** Newest first; those that are done have their results. */
  readonly measurements: readonly Measurement[]
  /** Id of the one that is shown. */
  readonly shown: string | null
  /** The model is no longer what was measured. */
  readonly stale: boolean
}

export type AffinityAction =
  | { readonly kind: 'show' | 'stop' | 'resume'; readonly id: string }
  /** Of the model that the shown measurement is of. */
  | { readonly kind: 'measure' | 'openModel'; readonly id: string }
  | { readonly kind: 'writeGroups'; readonly id: string; readonly groups: readonly (readonly string[])[] }
  | { readonly kind: 'showCurves'; readonly runs: readonly string[] }
  | SaveFile

/** Kept by VS Code with the panel (`setState`), restored after a reload. */
export interface AffinityPanelState {
  readonly id: string | null
  /** Groups at most, of the chosen grouping. */
  readonly most: number
  /** Name of a shared layer; null: the end of the common trunk. */
  readonly layer: string | null
  readonly table: boolean
}
