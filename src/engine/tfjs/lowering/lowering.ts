import type { Operation } from '../../../tensor/primitive'
import type { Runtime, Values } from '../runtime'

export interface LoweringContext {
  readonly runtime: Runtime
  /** Values of the operation's inputs. Images are [batch, channels, height, width]. */
  readonly inputs: readonly Values[]
  readonly operation: Operation
}

/** @returns the value that the primitive computes; what else it makes is freed by the caller */
export type Lowering = (context: LoweringContext) => Values

export type LoweringFamily = Readonly<Record<string, Lowering>>
