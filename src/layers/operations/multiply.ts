import { broadcastShapes } from './broadcast'
import type { OperationDefinition } from './operation'

export const multiply: OperationDefinition = {
  kind: 'multiply',
  doc: 'Multiplies tensors (and plain numbers) value by value, as in a gate. Shapes agree, or sizes of 1 repeat.',
  example: 'multiply(left, right)',
  least: 2,
  most: Infinity,
  options: {},
  elementwise: true,
  shape: inputs => broadcastShapes('multiply', inputs),
  lower: (b, inputs) => inputs.reduce((product, x) => b.multiply(product, x)),
}
