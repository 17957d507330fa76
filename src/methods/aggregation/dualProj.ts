import type { MethodDefinition } from '../method'
import { gramMethod, uniform } from './gramMethod'
import { dualConeOptions, dualConeWeights } from './upGrad'

/**
 * Lopez-Paz & Ranzato 2017 (GEM) for tasks at a time, as in Quinton & Rey 2024, eq. 11: the mean gradient is projected onto the
 * dual cone of all gradients. argmin over v ≥ u of vᵀ(G/tr G + εI)v.
 */
export const dualProj: MethodDefinition = {
  kind: 'dualProj',
  doc: 'The step nearest to the mean gradient that worsens no task (Lopez-Paz & Ranzato 2017; Quinton & Rey 2024): where long gradients may lead as long as nobody loses. One trunk backward pass per task.',
  notWhen: 'One gradient is much longer than the others: it rules the mean, and with it the step.',
  paper:
    'Lopez-Paz & Ranzato 2017, Gradient Episodic Memory for Continual Learning, NeurIPS, arXiv:1706.08840; Quinton & Rey 2024, arXiv:2406.16232',
  example: 'weighting: dualProj()',
  formula: 'argmin over v ≥ u of vᵀ(G/tr G + εI)v',
  scale: 'mean',
  heads: 'plain',
  positional: [],
  options: dualConeOptions,
  needs: ['gram'],
  create: ({ options }) =>
    gramMethod((gram, n) => ({
      weights: dualConeWeights(
        gram,
        n,
        options.preference === 'sum' ? new Float64Array(n).fill(1) : uniform(n),
        options.regularisation as number,
      ),
    })),
}
