import type { ModelGraph } from '../ir/graph'

/** Where a run belongs that was started as one of a series. */
export interface PartOf {
  /** 'comparison', … */
  readonly kind: string
  /** Name of the series' folder, which lies beside the run's. */
  readonly id: string
  /** What tells it from the others of the series, and stays the same when the series goes on later. */
  readonly member: string
  /** The same for people: 'mass alone', 'pcGrad, seed 2'. */
  readonly label: string
}

/** A model as it was when something was started: enough to train it again, whatever its file says by then. */
export interface RecordedModel {
  /** Name of the folder. */
  readonly id: string
  /** Name of the model file without `.mtl.ts`. */
  readonly model: string
  /** Absolute path of the model file where the run was started. */
  readonly modelFile: string
  /** Absolute path of the workspace where the run was started; `graph.file` is relative to it. */
  readonly root: string
  /** Text of the model file and of the files it imports, by path relative to the workspace. */
  readonly sources: Readonly<Record<string, string>>
  readonly graph: ModelGraph
  /** SHA-256 of the graph without spans. */
  readonly graphHash: string
  readonly data: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
}

/** `run.json`, written once when the run is created. Old versions stay readable. */
export interface RunManifest extends RecordedModel {
  readonly format: 1
  readonly created: number
  readonly seed: number
  readonly epochs: number
  readonly tasks: readonly string[]
  readonly engine: {
    readonly name: string
    readonly version: string
    /** Where the run began to compute; a `device` event of the log says where it went on elsewhere. */
    readonly device: string
    /** What computes on the GPU: 'WebGPU', 'CUDA', 'DirectML', 'Core ML'. */
    readonly provider?: string
    /** Why this device: what was measured, or what failed. */
    readonly reason?: string
    readonly threads: number
  }
  readonly versions: Readonly<Record<string, string>>
  readonly git: string | null
  /** Absent for a run of its own. */
  readonly partOf?: PartOf
}
