import { oneOf } from '../../base/options'
import type { MethodDefinition } from '../method'
import { rankOf, rowScaled } from '../solvers/rowScaled'
import { symmetricEigen } from '../solvers/symmetricEigen'
import { gramMethod } from './gramMethod'

/** Of numbers of that precision: eigenvalues below the largest · T · this count as zero. */
const epsilons = { float64: 2 ** -52, float32: 2 ** -23 }

/**
 * Senushkin et al. 2023 (Independent Component Alignment), algorithm 1: the gradients are replaced by the nearest system of
 * orthogonal ones of equal length, w = B p with B = √λ V Λ^(−½) Vᵀ over the eigenvalues of G that are not zero. Zero rows get weight 0.
 */
export const alignedMtl: MethodDefinition = {
  kind: 'alignedMtl',
  doc: 'Replaces the gradients by the nearest orthogonal ones of equal length, which removes conflict and dominance at once (Senushkin et al. 2023): for trunks whose condition number is high. One trunk backward pass per task.',
  notWhen: 'The condition number is low, so that there is nothing to align; or very high: all directions are then as slow as the slowest.',
  paper: 'Senushkin et al. 2023, Independent Component Alignment for Multi-Task Learning, CVPR, arXiv:2305.19000',
  gainOn: 'Cityscapes and NYUv2',
  example: 'weighting: alignedMtl()',
  formula: 'w = √λ_min V Λ^(−½) Vᵀ p',
  scale: 'own',
  heads: 'plain',
  positional: [],
  options: {
    preference: oneOf(['sum', 'mean'], 'Whether the aligned gradients are added or averaged.', { default: 'sum' }),
    scale: oneOf(['min', 'median', 'rmse'], 'Which singular value of J all are set to.', { default: 'min' }),
    rankTolerance: oneOf(['float64', 'float32'], 'Precision below which an eigenvalue counts as zero.', { default: 'float32' }),
  },
  needs: ['gram'],
  create: ({ options }) =>
    gramMethod((gram, n) => {
      const weights = new Float64Array(n)
      const { rows, cosines } = rowScaled(gram, n)
      if (rows.length === 0) return { weights }
      const { values, vectors } = symmetricEigen(gram, n)
      const least = values[0]! * n * epsilons[options.rankTolerance as keyof typeof epsilons]
      const independent = rankOf(symmetricEigen(cosines, rows.length).values)
      const rank = Math.min(independent, values.filter(value => value > least).length)
      const kept = values.slice(0, rank)
      const scale = scaleOf(kept, options.scale as 'min' | 'median' | 'rmse')
      const p = options.preference === 'mean' ? 1 / n : 1
      for (let k = 0; k < rank; k++) {
        const row = vectors.subarray(k * n, k * n + n)
        const along = row.reduce((sum, value) => sum + value * p, 0)
        row.forEach((value, i) => (weights[i]! += (scale / Math.sqrt(kept[k]!)) * value * along))
      }
      return { weights, details: { keptRank: rank } }
    }),
}

function scaleOf(eigenvalues: Float64Array, mode: 'min' | 'median' | 'rmse'): number {
  if (mode === 'min') return Math.sqrt(eigenvalues.at(-1)!)
  if (mode === 'rmse') return Math.sqrt(eigenvalues.reduce((a, b) => a + b, 0) / eigenvalues.length)
  // The lower of the two middle ones where their number is even.
  return Math.sqrt(eigenvalues[Math.ceil((eigenvalues.length - 1) / 2)]!)
}
