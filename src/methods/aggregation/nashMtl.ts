import { number } from '../../base/options'
import type { MethodDefinition } from '../method'
import { fairPoint } from '../solvers/fairness'
import { minimumNormWeights } from '../solvers/minimumNorm'
import { rowScaled } from '../solvers/rowScaled'
import { gramMethod, squaredLength } from './gramMethod'

/** 1 + cosine of two tasks below which they count as opposed: the step then shrinks to zero instead of keeping its length. */
const opposed = 1e-10

/**
 * Navon et al. 2022, eq. 4: the Nash bargaining solution, α ∘ Gα = 1, with the direction's length limited as in the published
 * code. Zero rows do not bargain: they get no weight. Where some combination of gradients is zero there is no solution; the weights
 * are then those of the shortest combination, and the step all but vanishes.
 */
export const nashMtl: MethodDefinition = {
  kind: 'nashMtl',
  doc: 'Balances the tasks as a bargain in which each gains in proportion (Navon et al. 2022): for tasks of very different scale, to which it is indifferent. One trunk backward pass per task.',
  notWhen: 'The tasks’ own `weight`s should count: it ignores scale, theirs too.',
  paper: 'Navon et al. 2022, Multi-Task Learning as a Bargaining Game, ICML, arXiv:2202.01017',
  gainOn: 'QM9, NYUv2 and Cityscapes',
  example: 'weighting: nashMtl()',
  formula: 'α ∘ Gα = 1; d = Jᵀα, at most maxNorm long',
  scale: 'own',
  heads: 'plain',
  positional: [],
  options: { maxNorm: number('Longest step; 0 sets no limit. Without one, every step is √T long.', { default: 1, min: 0 }) },
  needs: ['gram'],
  create: ({ options }) =>
    gramMethod((gram, n) => {
      const found = nashWeights(gram, n)
      const length = Math.sqrt(squaredLength(gram, n, found.weights))
      const limit = (options.maxNorm as number) || Infinity
      return { ...found, weights: length > limit ? found.weights.map(w => (w * limit) / length) : found.weights }
    }),
}

function nashWeights(gram: Float64Array, n: number): { weights: Float64Array; note?: string } {
  const { rows, norms, cosines } = rowScaled(gram, n)
  const m = rows.length
  const weights = new Float64Array(n)
  const fill = (shares: ArrayLike<number>) => rows.forEach((i, a) => (weights[i] = shares[a]! / norms[a]!))
  if (m === 2) {
    // Two tasks: 1/√(1 + cos) each, on unit rows.
    const share = 1 / Math.sqrt(Math.max(1 + cosines[1]!, opposed))
    fill([share, share])
    return 1 + cosines[1]! > opposed ? { weights } : { weights, note: stationary }
  }
  const shares = fairPoint(cosines, new Float64Array(m).fill(1), 1, m)
  if (shares?.every(share => share < 1 / Math.sqrt(opposed))) {
    fill(shares)
    return { weights }
  }
  fill(minimumNormWeights(cosines, m))
  return { weights, note: stationary }
}

const stationary = 'nashMtl met gradients that cancel each other, where no bargain exists: the step all but vanished.'
