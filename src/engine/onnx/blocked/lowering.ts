import type { Operation } from '../../../tensor/primitive'
import type { OnnxGraph } from '../onnxGraph'
import type { Coefficients, Image } from './image'
import type { ImageWriter } from './imageWriter'
import type { Values } from './values'

export interface BlockedContext {
  readonly graph: OnnxGraph
  readonly operation: Operation
  readonly values: Values
  readonly writer: ImageWriter
  readonly coefficients: Coefficients
  /** Whether the program also computes such an operation with this first operand. */
  computes(kind: string, firstInput: number, attributes: Operation['attributes']): boolean
}

/**
 * Computes a primitive on images in blocks.
 * @returns the image, the name of a plain value, or null where the plain form is to be used
 */
export type BlockedLowering = (context: BlockedContext) => Image | string | null
