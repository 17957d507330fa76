import { pcGrad } from './aggregation/pcGrad'
import type { MethodDefinition } from './method'
import { equal } from './weighting/equal'
import { fixed } from './weighting/fixed'
import { uncertainty } from './weighting/uncertainty'

/** Every way to balance tasks: one line each. */
export const methods: readonly MethodDefinition[] = [equal, fixed, uncertainty, pcGrad]

const byKind = new Map(methods.map(method => [method.kind, method]))

export const methodOf = (kind: string): MethodDefinition | undefined => byKind.get(kind)
