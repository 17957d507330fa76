import type { Dataset } from '../data/dataset'
import type { Engine } from '../engine/engine'
import type { ModelGraph } from '../ir/graph'
import type { Checkpoint } from '../runs/checkpoint'
import type { GramEvent, RunEvent, TaskMetrics } from '../runs/events'
import type { RunChoices } from '../runs/folder'

export interface TrainingRequest {
  /** With all shapes known. */
  readonly graph: ModelGraph
  readonly dataset: Dataset
  readonly engine: Engine
  readonly epochs: number
  readonly seed: number
  /** The `last` checkpoint of the run that goes on, or null for a new one. */
  readonly resumeFrom: Checkpoint | null
  /** Time between two checkpoints within an epoch. */
  readonly checkpointSeconds: number
  /** What the engine chose when the run began; absent for a new one. */
  readonly choices?: RunChoices
  /** Whether task gradients are sampled for signs of conflict: true where not given. The weights are the same bit by bit either way. */
  readonly watchConflict?: boolean
  /** Every how many samples the affinities of tasks are measured by real steps of one task alone (Fifty et al. 2021); never where not given. */
  readonly lookAhead?: number
  /** What the run sampled up to its checkpoint. */
  readonly earlierSamples?: readonly GramEvent[]
}

/** Where a training's results go. What they throw, such as a full disk, ends the training as failed. */
export interface TrainingSinks {
  event(event: RunEvent): void
  /** Called at every turn of the event loop. */
  flush(): void
  /** What the engine has chosen for a new run, before its first step: the run goes on with it. */
  saveChoices?(choices: RunChoices): void
  saveCheckpoint(kind: 'last' | 'best', checkpoint: Checkpoint): void
  /** @returns null where none was saved */
  loadBest(): Checkpoint | null
}

export interface TrainingOutcome {
  readonly status: 'completed' | 'stopped' | 'failed'
  readonly metrics: TaskMetrics
  readonly message?: string
  readonly setting?: string
}
