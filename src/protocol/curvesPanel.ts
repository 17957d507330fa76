import type { RunEvent } from '../runs/events'
import type { RunSummary } from '../runs/summary'

/** The curves panel shows one or several runs. */
export interface CurvesSnapshot {
  /** Runs that can be chosen, newest first. */
  readonly runs: readonly RunSummary[]
  /** Chosen runs with their curves. */
  readonly shown: readonly RunCurves[]
}

export interface RunCurves {
  readonly id: string
  /** step, epoch and progress events so far, in order, thinned by the host to at most 4,000 step points per run (min/max kept). */
  readonly events: readonly RunEvent[]
}

export interface CurvesDelta {
  /** New summaries of runs whose state changed. */
  readonly runs?: readonly RunSummary[]
  /** New events of shown runs, sent at most 10 times a second. */
  readonly append?: readonly RunCurves[]
}

export type CurvesAction =
  | { readonly kind: 'show'; readonly runs: readonly string[] }
  | { readonly kind: 'pause' | 'resume' | 'stop'; readonly run: string }
  | { readonly kind: 'openModel'; readonly run: string }

export interface CurvesPanelState {
  readonly runs: readonly string[]
  readonly hiddenTasks: readonly string[]
  readonly hiddenRuns: readonly string[]
}
