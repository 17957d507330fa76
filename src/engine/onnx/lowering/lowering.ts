import type { Operation } from '../../../tensor/primitive'
import type { OnnxGraph } from '../onnxGraph'

export interface LoweringContext {
  readonly graph: OnnxGraph
  /** Names of the operation's inputs in the ONNX graph. */
  readonly inputs: readonly string[]
  readonly operation: Operation
  /** Channels per block of the runtime's blocked layout; 0: not to be used. */
  readonly block: number
  /** Whether the program also computes such an operation on the same operands: lets a forward node keep what its gradient needs. */
  computes(kind: string, firstInput: number, attributes: Operation['attributes']): boolean
}

/** @returns the name of the value that the primitive computes */
export type Lowering = (context: LoweringContext) => string

export type LoweringFamily = Readonly<Record<string, Lowering>>
