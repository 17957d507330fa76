import type { RunEvent } from '../runs/events'
import type { RunSummary } from '../runs/summary'
import type { SaveFile } from './saveFile'

/** The conflict panel shows one run. */
export interface ConflictSnapshot {
  /** Runs that can be chosen, newest first. */
  readonly runs: readonly RunSummary[]
  readonly shown: ConflictRun | null
}

export interface ConflictRun {
  readonly id: string
  /** gram events without their halves, step events, the last conflict event and resume events, in order, thinned by the host. */
  readonly events: readonly RunEvent[]
}

export interface ConflictDelta {
  readonly runs?: readonly RunSummary[]
  /** New events of the shown run, at most 10 times a second. */
  readonly append?: ConflictRun
}

export type ConflictAction =
  | { readonly kind: 'show'; readonly run: string }
  | { readonly kind: 'openModel'; readonly run: string }
  | { readonly kind: 'showCurves'; readonly run: string }
  | SaveFile

export const measures = ['cosine', 'magnitude', 'affinity', 'lookAhead'] as const
export type Measure = (typeof measures)[number]

/** Kept by VS Code with the panel (`setState`), restored after a reload; the extension shows `run` again. */
export interface ConflictPanelState {
  readonly run: string | null
  readonly measure: Measure
  /** Name of a trunk layer; null: the whole trunk. */
  readonly layer: string | null
  /** A sampled step; null: the mean over the steps after the settling. */
  readonly step: number | null
  /** Numbers in tables instead of drawings. */
  readonly table: boolean
}
