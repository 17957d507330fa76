import type { CompileRequest } from '../engine/engine'
import type { Choice } from '../ir/graph'
import { methodOf } from '../methods/table'

/** What a weighting asks of the engine's steps. */
export function weightingNeeds({ kind }: Choice): Pick<CompileRequest, 'perTaskGradients' | 'lossesFirst'> {
  const needs = methodOf(kind)!.needs
  const perTaskGradients = needs.includes('gram') || needs.includes('rows')
  return { perTaskGradients, lossesFirst: !perTaskGradients && needs.includes('losses') }
}
