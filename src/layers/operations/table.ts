import { add } from './add'
import { multiply } from './multiply'
import type { OperationDefinition } from './operation'

/** Every function of tensors: one line each. */
export const operations: readonly OperationDefinition[] = [add, multiply]

const byKind = new Map(operations.map(operation => [operation.kind, operation]))

export const operationOf = (kind: string): OperationDefinition | undefined => byKind.get(kind)
