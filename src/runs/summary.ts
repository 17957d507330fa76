import type { RunStatus, TaskMetrics } from './events'

/** What lists of runs show: made from the manifest, the event log and the live lock. */
export interface RunSummary {
  readonly id: string
  readonly folder: string
  readonly model: string
  readonly modelFile: string
  readonly created: number
  readonly status: RunStatus | 'interrupted'
  readonly tasks: readonly string[]
  readonly seed: number
  readonly weighting: string
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  readonly steps: number
  readonly secondsLeft: number | null
  readonly examplesPerSecond: number
  /** Of the best checkpoint so far. */
  readonly best: TaskMetrics
  readonly message?: string
}
