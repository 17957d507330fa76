import type { Batch } from '../ir/batch'
import type { Choice, ModelGraph } from '../ir/graph'

/**
 * Runs training steps. The engine owns parameters and optimizer state; they are read back for checkpoints only, so that
 * a CPU arena or GPU buffers stay one engine's business.
 */
export interface Engine {
  /** 'onnxruntime' or 'tensorflow' */
  readonly name: string
  readonly version: string
  readonly device: 'cpu' | 'gpu'
  /** What computes on the GPU: 'WebGPU', 'CUDA', … */
  readonly provider?: string
  readonly threads: number
  /** What was found when it was opened: fast forms that were compared with the plain ones, fallbacks taken and why. */
  readonly notes?: readonly string[]
  /** @throws EngineError where the model can't be compiled */
  compile(request: CompileRequest): Promise<CompiledModel>
}

/** How images lie in memory from one operation to the next, where an engine has a choice: by channels, or by blocks of channels. */
export const imageLayouts = ['plain', 'blocked'] as const
export type ImageLayout = (typeof imageLayouts)[number]

export interface CompileRequest {
  /** Shapes and parameters fully known. */
  readonly graph: ModelGraph
  /** Rows per training step. Smaller batches are padded by the caller with rows whose masks are all 0. */
  readonly batchSize: number
  /** Rows per evaluation call. */
  readonly evaluationBatchSize: number
  readonly optimizer: Choice
  /** Whether steps give the Gram matrix of task gradients before the weights are chosen. */
  readonly perTaskGradients: boolean
  /** Seeds initial weights and dropout masks. */
  readonly seed: number
  /** The layout that a run began with; where absent, the engine takes the faster one. It decides the order of sums. */
  readonly imageLayout?: ImageLayout
}

/** Per-layer Gram blocks: G_l = J_l J_lᵀ over one trunk layer's parameters; they add up to G. Row-major T×T each, float64. */
export interface GramBlocks {
  /** Names of the trunk layers (first application), in graph order. */
  readonly layers: readonly string[]
  readonly blocks: Float64Array
}

export interface StepWeights {
  readonly shared: Float64Array
  readonly heads?: Float64Array
}

export interface StepResult {
  /** Mean loss per task over the labelled rows, NaN for a task without any. */
  readonly losses: Float64Array
  readonly gram?: GramBlocks
  /** False where a weight became infinite or NaN in this step: activations can hide it from the losses. */
  readonly finite: boolean
}

export interface CompiledModel {
  readonly parameters: readonly ParameterInfo[]
  /** Absent where the engine has no choice. */
  readonly imageLayout?: ImageLayout
  /**
   * One optimisation step.
   * @param weights chooses the weights of the tasks; gets the Gram blocks where the model was compiled with per-task gradients
   */
  step(batch: Batch, learningRate: number, weights: (view: { present: readonly boolean[]; gram?: GramBlocks }) => StepWeights): StepResult
  /** Per-task gradients of the shared parameters at this batch, as Gram blocks, without touching any state. */
  measureGram(batch: Batch): Promise<GramBlocks>
  /** Forward pass without dropout. Predictions by task name, [evaluationBatchSize, units]; losses are per row, 0 where masked. */
  evaluate(batch: Batch): {
    readonly predictions: Readonly<Record<string, Float32Array>>
    readonly losses: Readonly<Record<string, Float32Array>>
  }
  /** Copies; running statistics among them. */
  readParameters(): Map<string, Float32Array>
  writeParameters(values: ReadonlyMap<string, Float32Array>): void
  /** Optimizer slots by `${slot}/${parameter}`, and what else a resumed run needs (step count, dropout generator). */
  readState(): EngineState
  writeState(state: EngineState): void
  dispose(): void
}

export interface ParameterInfo {
  /** `${layer}/${parameter}` */
  readonly name: string
  readonly shape: readonly number[]
  /** Name of the layer's first application. */
  readonly layer: string
  /** Indices of the tasks whose loss depends on it; two or more: shared. */
  readonly tasks: readonly number[]
  /** A running statistic: moved by training steps, but not learnt. */
  readonly statistic: boolean
}

export interface EngineState {
  readonly slots: Map<string, Float32Array>
  readonly step: number
  readonly random: readonly number[]
}

export class EngineError extends Error {}

/** The device failed: there is none, it has not enough memory, or it was lost. The processor may well do the same work. */
export class DeviceError extends EngineError {}
