import type { OptionSpecs, Options } from '../../base/options'
import type { Shape } from '../../ir/shape'
import type { Builder, Tensor } from '../../tensor/builder'

/** A function of tensors, without weights and applied at once: `add(a, b)`. One file or line each. */
export interface OperationDefinition {
  readonly kind: string
  readonly doc: string
  readonly example: string
  /** How many tensors it takes. */
  readonly least: number
  readonly most: number
  /** Options as a last argument. */
  readonly options: OptionSpecs
  /** Value by value: operands broadcast, and one may be a plain number. Else it gets its tensors whole, channels last. */
  readonly elementwise: boolean
  /** Shapes without the batch axis, [] for a plain number. */
  shape(inputs: readonly Shape[], options: Options): Shape | OperationProblem
  /** @param inputs [batch, …shape], of one rank where `elementwise`; what does not depend on the row has batch 1 */
  lower(b: Builder, inputs: readonly Tensor[], options: Options): Tensor
}

/** Becomes a `mtl/shape-mismatch` diagnostic at the operand. */
export interface OperationProblem {
  readonly problem: string
  /** Index of the operand at fault, and of the one that it does not fit. */
  readonly operand: number
  readonly against?: number
}

export const isOperationProblem = (value: Shape | OperationProblem): value is OperationProblem => value !== null && 'problem' in value

/** The operands of a node in order: plain numbers stand in its options, null for its next input. */
export const operandsOf = (options: Options): readonly (number | null)[] | undefined =>
  options.operands as readonly (number | null)[] | undefined
