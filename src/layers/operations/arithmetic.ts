import type { Builder, Tensor } from '../../tensor/builder'
import { broadcastShapes } from './broadcast'
import type { OperationDefinition } from './operation'

/** A function of one value; one line each. */
const unary = (kind: string, doc: string, lower: (b: Builder, x: Tensor) => Tensor): OperationDefinition => ({
  kind,
  doc,
  example: `${kind}(left)`,
  least: 1,
  most: 1,
  options: {},
  elementwise: true,
  shape: ([x]) => x!,
  lower: (b, [x]) => lower(b, x!),
})

/** A function of two values; one line each. */
const binary = (kind: string, doc: string, lower: (b: Builder, x: Tensor, y: Tensor) => Tensor): OperationDefinition => ({
  kind,
  doc,
  example: `${kind}(left, right)`,
  least: 2,
  most: 2,
  options: {},
  elementwise: true,
  shape: inputs => broadcastShapes(kind, inputs),
  lower: (b, [x, y]) => lower(b, x!, y!),
})

export const subtract = binary('subtract', 'The first tensor less the second, value by value. Either may be a plain number.', (b, x, y) =>
  b.subtract(x, y),
)
export const divide = binary('divide', 'The first tensor by the second, value by value. Either may be a plain number.', (b, x, y) =>
  b.divide(x, y),
)
export const negate = unary('negate', 'The negative of each value.', (b, x) => b.negate(x))
export const square = unary('square', 'The square of each value.', (b, x) => b.square(x))
export const sqrt = unary('sqrt', 'The square root of each value. Its slope at 0 is infinite: add a small number first.', (b, x) =>
  b.sqrt(x),
)
export const exp = unary('exp', 'e to the power of each value.', (b, x) => b.exp(x))
export const log = unary('log', 'The natural logarithm of each value. At 0 it is infinite: add a small number first.', (b, x) => b.log(x))
export const abs = unary('abs', 'Each value without its sign.', (b, x) => b.abs(x))
