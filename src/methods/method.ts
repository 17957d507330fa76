import type { Json } from '../base/json'
import type { OptionSpecs, Options } from '../base/options'

/** What a method must know before it can choose; a method that lists nothing goes by its own state. */
export type Need =
  /** The losses of the same step: the backward pass waits for them. */
  | 'losses'
  /** G = J Jᵀ, per shared layer: a trunk backward pass per task. Losses come with it. */
  | 'gram'
  /** J itself, where G does not say enough. Losses come with it. */
  | 'rows'
  /** Weights of its own for each shared layer, which the backward pass of one weighted sum can't give. */
  | 'layerWeights'
  /** The losses of the same batch after the update: one more forward pass. */
  | 'lossesAfterStep'
  /** The mean losses of each finished epoch. */
  | 'epochMeans'

/**
 * A published way to balance tasks. Notation: T tasks, J the T×P matrix of task gradients over the shared parameters,
 * G = J Jᵀ, u = 1/T, direction d = wᵀJ. One file each, under weighting/ (loss based) or aggregation/ (gradient based).
 */
export interface MethodDefinition {
  /** camelCase of the paper's name: 'pcGrad'. */
  readonly kind: string
  /** Two sentences for the hover text: when to use it; its cost and its paper. */
  readonly doc: string
  /** Where another method is the better choice. */
  readonly notWhen: string
  /** Authors, year, title, place; absent where nobody published it. */
  readonly paper?: string
  /** The data on which the paper reports a gain over equal weights: docs/methods.md says what became of it here. */
  readonly gainOn?: string
  readonly example: string
  /** The rule, in the notation above. */
  readonly formula: string
  /**
   * Length of the direction where nothing has to change: the 'sum' of the tasks' gradients, their 'mean', or as the paper
   * defines it ('own').
   */
  readonly scale: 'sum' | 'mean' | 'own'
  /** Heads get their own task's gradient as it is ('plain'), or times the task's weight ('weighted'). */
  readonly heads: 'plain' | 'weighted'
  /** Options written as positional arguments. */
  readonly positional: readonly string[]
  readonly options: OptionSpecs
  readonly needs: readonly Need[]
  /** Where the options decide it. */
  needsWith?(options: Options): readonly Need[]
  /** Whether it is written in the model file, as a function that is traced. */
  readonly traced?: true
  create(context: MethodContext): Method
}

export interface MethodContext {
  readonly tasks: readonly string[]
  readonly options: Options
  /** The run's generator for the method's own random choices. */
  readonly random: RandomChoices
  /** Of the run's optimizer, at its start. */
  readonly learningRate: number
  /** The function of a weighting that is written in the model file. */
  readonly traced?: TracedWeights
}

/** Weights of n tasks by their losses [n] and, where it asks for them, their Gram matrix [n, n], row-major. */
export type TracedWeights = (losses: Float64Array, gram: Float64Array | undefined) => Float64Array

export interface RandomChoices {
  uniform(): number
  normal(): number
  shuffle<A extends { length: number; [i: number]: unknown }>(items: A): A
}

/** Numbers over the shared parameters. float32 in training. */
export type Row = Float32Array | Float64Array

export interface StepView {
  /** True for the tasks with at least one label in the batch; the others take no part and their state stays. */
  readonly present: readonly boolean[]
  /** Mean loss of each task over its labelled rows, where `needs` has losses, gram or rows; NaN for absent tasks. */
  readonly losses?: Float64Array
  /** G of the shared parameters in float64, row-major T×T, where `needs` has gram; rows of absent tasks are zero. */
  readonly gram?: Float64Array
  /** G of each shared layer, in graph order; they add up to `gram`. */
  readonly layers?: readonly Float64Array[]
  /** Index of the last layer that all tasks share. */
  readonly lastShared?: number
  /** J, a row per task, where `needs` has rows; valid during the call. */
  readonly rows?: readonly Row[]
}

export interface StepAnswer {
  /** Weights on the rows of J: the shared parameters get d = wᵀJ. Absent tasks get 0. */
  readonly shared: Float64Array
  /** Factors on the heads' gradients; 1 where absent. */
  readonly heads?: Float64Array
  /** Weights of each shared layer, in graph order, instead of `shared`, which is their mean then. */
  readonly layers?: readonly Float64Array[]
  /** d itself instead of wᵀJ, for methods that need rows; `shared` then says how large each task's part is. */
  readonly direction?: Row
  /** Why the method fell back in this step, as a sentence for users. */
  readonly note?: string
}

export interface Method {
  weights(step: StepView): StepAnswer
  /** Called after each step with the losses it saw (NaN for absent tasks). */
  afterStep?(losses: Float64Array, present: readonly boolean[]): void
  /** Where `needs` has lossesAfterStep: the losses of the batch before and after the update. */
  afterUpdate?(before: Float64Array, after: Float64Array, present: readonly boolean[]): void
  /** Where `needs` has epochMeans: the mean training losses of an epoch that is over, NaN for a task without any. */
  epochEnd?(means: Float64Array): void
  /** What the last step found beside the weights, under the paper's names. */
  details?(): Readonly<Record<string, Json>>
  state(): Json
  restore(state: Json): void
  /** State over the shared parameters, by name: stored beside the optimizer's. */
  slots?(): ReadonlyMap<string, Float32Array>
  restoreSlots?(slots: ReadonlyMap<string, Float32Array>): void
}

/** Of a method that learns nothing. */
export const stateless: Pick<Method, 'state' | 'restore'> = { state: () => null, restore: () => {} }
