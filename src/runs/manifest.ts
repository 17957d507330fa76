import type { ModelGraph } from '../ir/graph'

/** `run.json`, written once when the run is created. Old versions stay readable. */
export interface RunManifest {
  readonly format: 1
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
  readonly created: number
  readonly seed: number
  readonly epochs: number
  readonly tasks: readonly string[]
  readonly data: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
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
}
