import type { Json } from '../base/json'
import type { OptionSpecs, Options } from '../base/options'
import type { Random } from '../base/random'

/**
 * A published way to balance tasks. Notation: T tasks, J the T×P matrix of task gradients over the shared parameters,
 * G = J Jᵀ. One file each, under weighting/ (loss based) or aggregation/ (gradient based).
 */
export interface MethodDefinition {
  /** camelCase of the paper's name: 'pcGrad'. */
  readonly kind: string
  readonly doc: string
  readonly example: string
  /** Options written as positional arguments. */
  readonly positional: readonly string[]
  readonly options: OptionSpecs
  /**
   * What a step must know before the weights are chosen: 'nothing' beyond the method's own state (one backward pass),
   * or the 'gram' matrix of task gradients (T trunk backward passes).
   */
  readonly needs: 'nothing' | 'gram'
  create(context: MethodContext): Method
}

export interface MethodContext {
  readonly tasks: readonly string[]
  readonly options: Options
  /** The run's generator for the method's own random choices. */
  readonly random: Random
  /** Of the run's optimizer, at its start. */
  readonly learningRate: number
}

export interface StepView {
  /** True for the tasks with at least one label in the batch; the others take no part and their state stays. */
  readonly present: readonly boolean[]
  /** G of the shared parameters in float64, row-major T×T, where `needs` is 'gram'; rows of absent tasks are zero. */
  readonly gram?: Float64Array
}

export interface Method {
  /**
   * Weights on the rows of J: the shared parameters get d = wᵀJ (sum scale). Absent tasks get 0.
   * Heads get their own task's gradient times `headWeights`, or unweighted where that is absent.
   */
  weights(step: StepView): { readonly shared: Float64Array; readonly heads?: Float64Array }
  /** Called after each step with the losses it saw (NaN for absent tasks). */
  afterStep?(losses: Float64Array, present: readonly boolean[]): void
  state(): Json
  restore(state: Json): void
}
