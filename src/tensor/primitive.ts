import type { Builder, Tensor } from './builder'

export type Attributes = Readonly<Record<string, number | string | boolean | readonly number[]>>

/** One primitive applied: what a Program is a list of. */
export interface Operation {
  readonly kind: string
  readonly inputs: readonly Tensor[]
  readonly attributes: Attributes
  readonly output: Tensor
}

/** A Program as gradient rules see it: the operations, and every primitive by its name. */
export interface ProgramWriter extends Builder {
  emit(kind: string, inputs: readonly Tensor[], attributes?: Attributes): Tensor
  broadcast(x: Tensor, shape: readonly number[]): Tensor
}

/**
 * A primitive: its shape rule and its gradient rule. How it is computed is each engine's business.
 * Adding one = one entry in a family file here, and one entry in each engine's lowering table.
 */
export interface Primitive {
  /** @throws RangeError where the inputs do not fit */
  shape(inputs: readonly (readonly number[])[], attributes: Attributes): readonly number[]
  /**
   * The vector-Jacobian product: cotangents of the inputs, given that of the output; null for an input that gets none.
   * Only the inputs marked in `wanted` need one. Absent: the primitive is not differentiable (a mask, a gradient).
   */
  gradient?(program: ProgramWriter, operation: Operation, cotangent: Tensor, wanted: readonly boolean[]): readonly (Tensor | null)[]
}

export type PrimitiveFamily = Readonly<Record<string, Primitive>>

export const ints = (attributes: Attributes, name: string): readonly number[] => attributes[name] as readonly number[]

export const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)

export const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((d, i) => d === b[i])

export const shown = (shape: readonly number[]): string => `[${shape.join(', ')}]`
