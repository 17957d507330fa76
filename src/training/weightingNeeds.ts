import type { CompileRequest } from '../engine/engine'
import type { Choice } from '../ir/graph'
import { needsOf } from '../methods/table'

/** What a weighting asks of the engine's steps. */
export function weightingNeeds(weighting: Choice): Pick<CompileRequest, 'perTaskGradients' | 'lossesFirst'> {
  const needs = needsOf(weighting)
  const perTaskGradients = needs.includes('gram') || needs.includes('rows')
  return { perTaskGradients, lossesFirst: !perTaskGradients && needs.includes('losses') }
}
