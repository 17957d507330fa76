import type { OptionSpecs, Options } from '../base/options'
import type { ParameterSpec } from '../ir/graph'
import type { Shape } from '../ir/shape'
import type { Builder, Tensor } from '../tensor/builder'

/**
 * A layer kind. Everything about it stands in one file: the options (from which the sandbox's check, the TypeScript
 * declaration and the hover text are made), the shape rule, the weights, and the lowering to tensor operations.
 * A layer file imports `tensor` for its types only, so that the sandbox carries no tensor code.
 */
export interface LayerDefinition {
  readonly kind: string
  /** Hover text: what it does, shapes in and out. First sentence stands alone. */
  readonly doc: string
  readonly example: string
  /** Names of the options that are written as positional arguments, in order. */
  readonly positional: readonly string[]
  readonly options: OptionSpecs
  /** Ranks without the batch axis, for the declaration: 'any' accepts all (as output: depends on the options), 'same' returns what it got. */
  readonly rank: { readonly input: number | 'any'; readonly output: number | 'same' | 'any' }
  /** Shapes without the batch axis, images [height, width, channels]; unknown dimensions are null and stay null. */
  shape(input: Shape, options: Options): Shape | ShapeProblem
  /** @param input may be unknown; a parameter whose shape depends on it then has shape null */
  parameters?(input: Shape, options: Options): readonly ParameterSpec[]
  /** @param input [batch, …], images [batch, channels, height, width] */
  lower(b: Builder, input: Tensor, context: LoweringContext): Tensor
}

export interface LoweringContext {
  readonly options: Options
  /** By parameter name; kernels of convolutions are [out, in, height, width]. */
  readonly parameters: Readonly<Record<string, Tensor>>
  /** False while evaluating: no dropout. */
  readonly training: boolean
  /**
   * While training: [batch], 1 for the rows of the data and 0 for those that only fill up the batch. A layer that asks for it
   * couples the rows of a batch, which are then computed together.
   */
  realRows(): Tensor
  /** While training: the value that a statistic among the parameters takes after this step. */
  update(statistic: string, value: Tensor): void
}

/** Returned by a shape rule where the input does not fit; becomes a `mtl/shape-mismatch` diagnostic at the application. */
export interface ShapeProblem {
  readonly problem: string
  /** A layer call which, put before this one, would mend it: "flatten()". */
  readonly insertBefore?: string
  /** The option whose value is at fault: the diagnostic points at it. */
  readonly option?: string
}

export const isShapeProblem = (value: Shape | ShapeProblem): value is ShapeProblem => value !== null && 'problem' in value
