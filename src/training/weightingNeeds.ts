import type { CompileRequest } from '../engine/engine'
import type { Choice } from '../ir/graph'
import { needsOf } from '../methods/table'

/** What a weighting asks of the engine's steps. */
export function weightingNeeds(weighting: Choice): Pick<CompileRequest, 'perTaskGradients' | 'gramOnly' | 'lossesFirst'> {
  const needs = needsOf(weighting)
  const perTaskGradients = needs.includes('gram') || needs.includes('rows')
  const gramOnly = perTaskGradients && !needs.includes('rows') && !needs.includes('layerWeights')
  return { perTaskGradients, gramOnly, lossesFirst: !perTaskGradients && needs.includes('losses') }
}
