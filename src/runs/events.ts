import type { ConflictSummary } from '../ir/conflict'

/**
 * The event log of a run, `events.ndjson`: append-only, one JSON object per line, versioned by `run.json`'s `format`.
 * Times are milliseconds since 1970. A task without a label in a batch has a null loss.
 */
export type RunEvent =
  | StatusEvent
  | ResumeEvent
  | StepEvent
  | EpochEvent
  | ProgressEvent
  | CheckpointEvent
  | GramEvent
  | ConflictEvent
  | NoteEvent
  | DeviceEvent
  | EndEvent

export type RunStatus = 'starting' | 'training' | 'paused' | 'completed' | 'stopped' | 'failed'

export interface StatusEvent {
  readonly type: 'status'
  readonly time: number
  readonly status: RunStatus
  readonly message?: string
}

/**
 * The run goes on from its last checkpoint, after this step and this many complete epochs. Whatever the log says of later steps
 * and epochs before this line is repeated after it, with the same numbers: readers drop it (`supersede`).
 */
export interface ResumeEvent {
  readonly type: 'resume'
  readonly time: number
  readonly step: number
  readonly epoch: number
}

/**
 * Every step of small runs; of long ones every n-th, n being chosen from the number of steps, so that a resumed run logs the
 * same steps. Losses and weights are means over the steps since the last step event.
 */
export interface StepEvent {
  readonly type: 'step'
  readonly time: number
  readonly step: number
  readonly epoch: number
  readonly losses: Readonly<Record<string, number | null>>
  /** Weights of the tasks' gradients in the update of the shared layers. */
  readonly weights: Readonly<Record<string, number>>
  readonly learningRate: number
}

export interface EpochEvent {
  readonly type: 'epoch'
  readonly time: number
  /** Starting at 1. */
  readonly epoch: number
  readonly step: number
  readonly seconds: number
  /** By task: `train_loss`, `validation_loss`, `validation_accuracy`, … */
  readonly metrics: TaskMetrics
  /** Mean over tasks of validation loss ÷ that task's validation loss in the first epoch: the lowest one is the best checkpoint. */
  readonly score: number
  /** No epoch before was better: `metrics` are those of the best checkpoint so far. */
  readonly best: boolean
}

export interface ProgressEvent {
  readonly type: 'progress'
  readonly time: number
  readonly step: number
  readonly steps: number
  readonly epoch: number
  readonly epochs: number
  readonly examplesPerSecond: number
  readonly secondsLeft: number | null
}

export interface CheckpointEvent {
  readonly type: 'checkpoint'
  readonly time: number
  readonly step: number
  readonly epoch: number
  readonly kind: 'last' | 'best'
}

/** Sampled Gram matrices of task gradients per trunk layer, row-major T×T in task order of the manifest. */
export interface GramEvent {
  readonly type: 'gram'
  readonly time: number
  readonly step: number
  readonly layers: readonly string[]
  readonly blocks: readonly (readonly number[])[]
  /** By task, of the same batch and weights; null for a task without a label. Absent in runs of before. */
  readonly losses?: readonly (number | null)[]
  readonly learningRate?: number
  /** On the tasks' gradients in the step's update. Absent in runs of before. */
  readonly weights?: readonly number[]
  /** Of the first and the second half of the batch's rows, in some of the samples. */
  readonly halves?: readonly [HalfBatch, HalfBatch]
  /** [i][j]: 1 − L_j after a real step on task i alone ÷ L_j before; in some of the samples, where that was asked for. */
  readonly lookAhead?: readonly (readonly (number | null)[])[]
}

export interface HalfBatch {
  readonly blocks: readonly (readonly number[])[]
  /** Labelled rows, by task. */
  readonly labels: readonly number[]
}

/** What all samples so far say; a later event replaces an earlier one. */
export interface ConflictEvent {
  readonly type: 'conflict'
  readonly time: number
  readonly step: number
  readonly summary: ConflictSummary
}

export interface NoteEvent {
  readonly type: 'note'
  readonly time: number
  readonly severity: 'information' | 'warning'
  readonly message: string
}

/** Where the run computes from here on, where that was measured, or is not what was asked for. */
export interface DeviceEvent {
  readonly type: 'device'
  readonly time: number
  readonly device: 'cpu' | 'gpu'
  /** What computes on the GPU: 'WebGPU', … */
  readonly provider: string | null
  /** What was measured, or what failed. */
  readonly reason: string
  /** Whether the GPU was to be expected, and failed. */
  readonly fallback: boolean
}

export interface EndEvent {
  readonly type: 'end'
  readonly time: number
  readonly status: 'completed' | 'stopped' | 'failed'
  /** Of the best checkpoint, by task: `validation_NAME` and `test_NAME`. Empty where the run failed before it had one. */
  readonly metrics: TaskMetrics
  readonly message?: string
  /** The setting that is probably at fault: a key of `graph.training.spans` in the manifest, where it stands in the model file. */
  readonly setting?: string
}

export type TaskMetrics = Readonly<Record<string, Readonly<Record<string, number>>>>
