import type { Batch } from '../ir/batch'
import type { Choice, ModelGraph } from '../ir/graph'
import type { GradientPasses } from './gradientPasses'

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
  /** Whether steps give the Gram matrix of task gradients, and their losses, before the weights are chosen. */
  readonly perTaskGradients: boolean
  /**
   * Whether all that steps want of these gradients is their Gram matrix, and weights on them as a whole: then they need not be kept,
   * and there are neither rows nor weights by layer or directions.
   */
  readonly gramOnly?: boolean
  /** How a run began; where absent, the engine goes by the memory that the gradients would take. It decides how sums are rounded. */
  readonly gradientPasses?: GradientPasses
  /** Whether steps give the losses before the weights are chosen; the backward pass then waits for that. */
  readonly lossesFirst?: boolean
  /** Seeds initial weights and dropout masks. */
  readonly seed: number
  /** Nodes whose outputs evaluation gives beside the predictions. */
  readonly activations?: readonly number[]
  /** The layout that a run began with; where absent, the engine takes the faster one. It decides the order of sums. */
  readonly imageLayout?: ImageLayout
}

/** Per-layer Gram blocks: G_l = J_l J_lᵀ over one trunk layer's parameters; they add up to G. Row-major T×T each, float64. */
export interface GramBlocks {
  /** Names of the trunk layers (first application), in graph order. */
  readonly layers: readonly string[]
  readonly blocks: Float64Array
}

/** What is known when the weights of a step are chosen. */
export interface StepSight {
  /** True for the tasks with a label in the batch. */
  readonly present: readonly boolean[]
  /** As in `StepResult`, where the model was compiled with losses first or per-task gradients. */
  readonly losses?: Float64Array
  /** Where the model was compiled with per-task gradients. An engine may work it out only when it is read. */
  readonly gram?: GramBlocks
  /** With them, unless only the Gram matrix is wanted: the gradients of the shared parameters, a row per task, zero for absent ones. Valid until the next step. */
  readonly rows?: () => readonly Float32Array[]
}

export interface StepWeights {
  /** On the tasks' gradients by the shared parameters. */
  readonly shared: Float64Array
  /** Factors on the gradients of the parameters of one task; 1 where absent. */
  readonly heads?: Float64Array
  /** Instead of `shared`, weights for each layer of the Gram blocks. Only with per-task gradients. */
  readonly layers?: readonly Float64Array[]
  /** Instead of weights, the gradient of the shared parameters itself, as long as a row. Only with per-task gradients. */
  readonly direction?: Float32Array | Float64Array
}

export type ChooseWeights = (sight: StepSight) => StepWeights

export interface StepResult {
  /** Mean loss per task over the labelled rows, NaN for a task without any. */
  readonly losses: Float64Array
  /** As in `StepSight`. */
  readonly gram?: GramBlocks
  /** False where a weight became infinite or NaN in this step: activations can hide it from the losses. */
  readonly finite: boolean
}

export interface Evaluation {
  /** By task, [evaluationBatchSize, units]. */
  readonly predictions: Readonly<Record<string, Float32Array>>
  /** By task, [evaluationBatchSize]; 0 where masked. */
  readonly losses: Readonly<Record<string, Float32Array>>
  /** By node, of those that were asked for: [evaluationBatchSize, …]. The features of a row are in any order, for all rows the same. */
  readonly activations: ReadonlyMap<number, Float32Array>
}

export interface CompiledModel {
  readonly parameters: readonly ParameterInfo[]
  /** Absent where the engine has no choice. */
  readonly imageLayout?: ImageLayout
  /** Absent where the engine has no choice. */
  readonly gradientPasses?: GradientPasses
  /**
   * One optimisation step.
   * @param choose the weights of the tasks
   */
  step(batch: Batch, learningRate: number, choose: ChooseWeights): StepResult
  /** Mean losses at a batch with the present weights and the dropout masks of the last step; NaN for a task without a label. */
  lossesAfterStep(batch: Batch): Float64Array
  /** Per-task gradients of the shared parameters at this batch, as Gram blocks, without touching any state. */
  measureGram(batch: Batch): Promise<GramBlocks>
  /** Forward pass without dropout. */
  evaluate(batch: Batch): Evaluation
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
