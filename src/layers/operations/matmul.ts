import { formatShape } from '../../ir/shape'
import type { OperationDefinition } from './operation'

export const matmul: OperationDefinition = {
  kind: 'matmul',
  doc: 'Matrix product for each row of the batch: [k] or [m, k] times [k, n]. The second is a parameter, or a tensor of its own for each row.',
  example: "matmul(left, parameter('matrix', [2, 3], 'glorotUniform'))",
  least: 2,
  most: 2,
  options: {},
  elementwise: false,

  shape([a, b]) {
    if (a === null || b === null) return null
    if (a!.length !== 1 && a!.length !== 2)
      return { problem: `matmul takes a vector or a matrix first, not ${formatShape(a!)}`, operand: 0 }
    if (b!.length !== 2) return { problem: `matmul takes a matrix second, not ${formatShape(b!)}`, operand: 1 }
    const [inner, rows] = [a!.at(-1)!, b![0]!]
    if (inner !== null && rows !== null && inner !== rows)
      return {
        problem: `matmul: ${formatShape(a!)} times ${formatShape(b!)} does not fit: ${inner} and ${rows} should be equal`,
        operand: 1,
        against: 0,
      }
    return [...a!.slice(0, -1), b![1]!]
  },

  lower(b, [x, y]) {
    const [batch, ...shape] = x!.shape as [number, ...number[]]
    const [others, inner, columns] = y!.shape as [number, number, number]
    const rows = shape.length === 2 ? shape[0]! : 1
    const result = [Math.max(batch, others), ...shape.slice(0, -1), columns]
    if (others === 1) return b.reshape(b.matmul(b.reshape(x!, [batch * rows, inner]), b.reshape(y!, [inner, columns])), result)
    return b.reshape(b.batchMatmul(b.broadcast(b.reshape(x!, [batch, rows, inner]), [others, rows, inner]), y!), result)
  },
}

export const transpose: OperationDefinition = {
  kind: 'transpose',
  doc: 'Rows and columns change places: [m, n] becomes [n, m], for each row of the batch.',
  example: 'transpose(left.pipe(reshape([1, 2])))',
  least: 1,
  most: 1,
  options: {},
  elementwise: false,
  shape([x]) {
    if (x === null) return null
    return x!.length === 2 ? [x![1]!, x![0]!] : { problem: `transpose takes a matrix, not ${formatShape(x!)}`, operand: 0 }
  },
  lower: (b, [x]) => b.transpose(x!, [0, 2, 1]),
}
