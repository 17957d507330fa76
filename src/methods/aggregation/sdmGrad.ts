import { number } from '../../base/options'
import type { MethodDefinition } from '../method'
import { minimumNormWeights, shifted } from '../solvers/minimumNorm'
import { gramMethod } from './gramMethod'

/**
 * Xiao, Ban & Ji 2023, eq. 7: MGDA regularised towards the mean, min over the simplex of ‖(w + λu)ᵀJ‖², then (w + λu)/(1 + λ). As
 * Σw = 1 that is the point of smallest norm among the rows shifted by λ times the mean, and solved exactly: the published inner
 * descent on w needs a step size for each problem and diverges without.
 */
export const sdmGrad: MethodDefinition = {
  kind: 'sdmGrad',
  doc: 'MGDA drawn towards the mean gradient (Xiao et al. 2023): for noisy gradients, where MGDA alone favours short ones too much. One trunk backward pass per task.',
  notWhen: 'Gradients seldom conflict: then it is close to their mean at a higher cost.',
  paper:
    'Xiao, Ban & Ji 2023, Direction-oriented Multi-objective Learning: Simple and Provable Stochastic Algorithms, NeurIPS, arXiv:2305.18409',
  gainOn: 'Cityscapes and NYUv2',
  example: 'weighting: sdmGrad({ lambda: 0.3 })',
  formula: 'min over w ≥ 0, Σw = 1 of ‖(w + λu)ᵀJ‖²; then (w + λu)/(1 + λ)',
  scale: 'mean',
  heads: 'plain',
  positional: [],
  options: { lambda: number('Pull towards the mean gradient; 0 is MGDA.', { default: 0.3, min: 0, max: 1e6 }) },
  needs: ['gram'],
  create: ({ options }) =>
    gramMethod((gram, n) => {
      const lambda = options.lambda as number
      const w = minimumNormWeights(shifted(gram, n, lambda, 1 / n), n)
      return { weights: w.map(value => (value + lambda / n) / (1 + lambda)), details: { simplexWeights: [...w] } }
    }),
}
