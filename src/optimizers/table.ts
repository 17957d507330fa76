import { adam } from './adam'
import { adamW } from './adamW'
import type { OptimizerDefinition } from './optimizer'
import { sgd } from './sgd'

/** Every optimizer: one line each. */
export const optimizers: readonly OptimizerDefinition[] = [adam, adamW, sgd]

const byKind = new Map(optimizers.map(optimizer => [optimizer.kind, optimizer]))

export const optimizerOf = (kind: string): OptimizerDefinition | undefined => byKind.get(kind)
