import type { RunEvent } from '../runs/events'
import type { RunSummary } from '../runs/summary'
import type { SaveFile } from './saveFile'

/** The curves panel shows one or several runs. */
export interface CurvesSnapshot {
  /** Runs that can be chosen, newest first. */
  readonly runs: readonly RunSummary[]
  /** Chosen runs with their curves. */
  readonly shown: readonly RunCurves[]
}

export interface RunCurves {
  readonly id: string
  /** step, epoch, progress and end events so far, in order, thinned by the host to at most 4,000 step points per run (min/max kept). */
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
  | SaveFile

/** Kept by VS Code with the panel (`setState`), restored after a reload; the extension shows `runs` again. */
export interface CurvesPanelState {
  /** The runs that were shown. */
  readonly runs: readonly string[]
  readonly hiddenTasks: readonly string[]
  readonly hiddenRuns: readonly string[]
  readonly axis: 'step' | 'epoch' | 'time'
  readonly logarithmic: boolean
  /** Weight of the past in the moving average, 0 (off) to below 1. */
  readonly smoothing: number
  readonly table: boolean
  /** The stretch of the axis that is shown; null: everything. Older states have none. */
  readonly zoom?: readonly [number, number] | null
}
