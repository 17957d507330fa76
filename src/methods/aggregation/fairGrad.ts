import { number } from '../../base/options'
import type { MethodDefinition } from '../method'
import { fairPoint } from '../solvers/fairness'
import { minimumNormWeights } from '../solvers/minimumNorm'
import { rowScaled } from '../solvers/rowScaled'
import { gramMethod } from './gramMethod'

/**
 * Ban & Ji 2024, eq. 7: α-fair resource allocation, (Gw)_i = w_i^(−1/α). Zero rows get no weight. Where some combination of
 * gradients is zero there is no solution: the weights are then those of the shortest combination, and the step vanishes.
 */
export const fairGrad: MethodDefinition = {
  kind: 'fairGrad',
  doc: 'Shares the gain of a step among the tasks with a chosen degree of fairness (Ban & Ji 2024): α = 1 is Nash-MTL, larger values favour the task that gains least. One trunk backward pass per task.',
  notWhen: '`alpha` can’t be tuned: at 1 it leads where `nashMtl()` leads, without a limit to the step.',
  paper: 'Ban & Ji 2024, Fair Resource Allocation in Multi-Task Learning, ICML, arXiv:2402.15638',
  gainOn: 'NYUv2, Cityscapes, QM9 and CelebA',
  example: 'weighting: fairGrad({ alpha: 2 })',
  formula: 'Gw = w^(−1/α), w > 0',
  scale: 'own',
  heads: 'plain',
  positional: [],
  options: { alpha: number('Degree of fairness; 1: proportional.', { default: 1, min: 0.05, max: 100 }) },
  needs: ['gram'],
  create: ({ options }) =>
    gramMethod((gram, n) => {
      const alpha = options.alpha as number
      const { rows, norms, cosines } = rowScaled(gram, n)
      const m = rows.length
      // With w = v/‖g‖: (Cv)_i = ‖g_i‖^(1/α − 1)·v_i^(−1/α).
      const k = norms.map(norm => norm ** (1 / alpha - 1))
      const shares = fairPoint(cosines, k, alpha, m)
      const weights = new Float64Array(n)
      const fill = (values: Float64Array) => rows.forEach((i, a) => (weights[i] = values[a]! / norms[a]!))
      fill(shares ?? minimumNormWeights(cosines, m))
      if (shares) return { weights }
      return { weights, note: 'fairGrad met gradients that cancel each other, where no fair step exists: the step all but vanished.' }
    }),
}
