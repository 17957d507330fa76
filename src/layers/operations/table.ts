import { add } from './add'
import { abs, divide, exp, log, negate, sqrt, square, subtract } from './arithmetic'
import { matmul, transpose } from './matmul'
import { multiply } from './multiply'
import type { OperationDefinition } from './operation'
import { mean, sum } from './reductions'

/** Every function of tensors: one line each, or a place in a line. */
export const operations: readonly OperationDefinition[] = [
  ...[add, subtract, multiply, divide],
  ...[negate, square, sqrt, exp, log, abs],
  ...[mean, sum],
  ...[matmul, transpose],
]

const byKind = new Map(operations.map(operation => [operation.kind, operation]))

export const operationOf = (kind: string): OperationDefinition | undefined => byKind.get(kind)
