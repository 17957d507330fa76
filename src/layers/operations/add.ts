import { broadcastShapes } from './broadcast'
import type { OperationDefinition } from './operation'

export const add: OperationDefinition = {
  kind: 'add',
  doc: 'Adds tensors (and plain numbers) value by value, as at the end of a residual block. Shapes agree, or sizes of 1 repeat.',
  example: 'add(left, right)',
  least: 2,
  most: Infinity,
  options: {},
  elementwise: true,
  shape: inputs => broadcastShapes('add', inputs),
  lower: (b, inputs) => inputs.reduce((sum, x) => b.add(sum, x)),
}
