import type { MethodDefinition } from '../method'
import { pseudoInverseTimes } from '../solvers/pseudoInverse'
import { rowScaled } from '../solvers/rowScaled'
import { gramMethod, squaredLength } from './gramMethod'

/**
 * Liu, Chu & Thuerey 2024, eq. 2–3: b = pinv(unit rows)·1 makes the same angle with every gradient; the step has the length of the
 * sum of their projections onto it. All from G: pinv(U)·1 = Uᵀ pinv(UUᵀ)·1. Zero rows are left out. Where unit rows cancel, b = 0 and
 * the shared layers stay.
 */
export const conFig: MethodDefinition = {
  kind: 'conFig',
  doc: 'The direction that makes the same angle with every gradient, as long as their projections onto it (Liu et al. 2024): for losses of physics and other tasks that must all fall together. One trunk backward pass per task.',
  notWhen: 'Gradients are nearly opposed: all angles come near a right one, and the step vanishes.',
  paper: 'Liu, Chu & Thuerey 2024, ConFIG: Towards Conflict-free Training of Physics Informed Neural Networks, ICLR 2025, arXiv:2408.11104',
  gainOn: 'physics-informed networks and CelebA',
  example: 'weighting: conFig()',
  formula: 'b = pinv(unit rows)·1; d = (Σ g_i·b̂) b̂',
  scale: 'sum',
  heads: 'plain',
  positional: [],
  options: {},
  needs: ['gram'],
  create: () =>
    gramMethod((gram, n) => {
      const weights = new Float64Array(n)
      const { rows, norms, cosines } = rowScaled(gram, n)
      const m = rows.length
      const y = pseudoInverseTimes(cosines, new Float64Array(m).fill(1), m)
      const square = squaredLength(cosines, m, y)
      if (!(square > 1e-20)) {
        return {
          weights,
          note: 'conFig met gradients that cancel each other, with no direction common to all: the shared layers stayed as they are.',
        }
      }
      let projections = 0
      for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) projections += norms[i]! * cosines[i * m + j]! * y[j]!
      rows.forEach((i, a) => (weights[i] = (projections / square) * (y[a]! / norms[a]!)))
      return { weights }
    }),
}
