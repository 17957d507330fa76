import { number, oneOf } from '../../base/options'
import type { MethodDefinition } from '../method'
import { nonNegativeMinimum } from '../solvers/nonNegative'
import { rowScaled } from '../solvers/rowScaled'
import { gramMethod } from './gramMethod'

export const dualConeOptions = {
  preference: oneOf(['mean', 'sum'], 'Whether the step has the length of the mean gradient or of their sum where nothing conflicts.', {
    default: 'mean',
  }),
  regularisation: number('Added to the diagonal of G/tr G. At 0 the result conflicts with no task at all.', {
    default: 1e-4,
    min: 0,
    max: 1,
  }),
}

/**
 * Quinton & Rey 2024 (Jacobian descent), eq. 5: each gradient is projected onto the dual cone of all of them, the directions that
 * conflict with none; the projections are averaged. Σ_i argmin over v ≥ u_i e_i of vᵀ(G/tr G + εI)v, each a non-negative least-squares
 * problem. Where tr G is no larger than ε the weights are the preference: a nearly solved problem gets the mean, never zero.
 */
export const upGrad: MethodDefinition = {
  kind: 'upGrad',
  doc: 'Projects each gradient onto the directions that worsen no task, and averages them (Quinton & Rey 2024): a safe first choice for conflicting tasks, as its steps grow in proportion to each gradient. One trunk backward pass per task.',
  notWhen: 'Gradients seldom conflict: then it is their mean at a higher cost.',
  paper: 'Quinton & Rey 2024, Jacobian Descent for Multi-Objective Optimization, arXiv:2406.16232',
  gainOn: 'image classification with an objective per example',
  example: 'weighting: upGrad()',
  formula: 'Σ_i argmin over v ≥ u_i e_i of vᵀ(G/tr G + εI)v',
  scale: 'mean',
  heads: 'plain',
  positional: [],
  options: dualConeOptions,
  needs: ['gram'],
  create: ({ options }) =>
    gramMethod((gram, n) => {
      const u = options.preference === 'sum' ? 1 : 1 / n
      const unit = (i: number) => Float64Array.from({ length: n }, (_, k) => (k === i ? u : 0))
      const weights = new Float64Array(n)
      for (let i = 0; i < n; i++) dualConeWeights(gram, n, unit(i), options.regularisation as number).forEach((w, k) => (weights[k]! += w))
      return { weights }
    }),
}

/** argmin over v ≥ lower of vᵀ(G/tr G + εI)v: the weights of the projection of Jᵀ·lower onto the dual cone of the rows. */
export function dualConeWeights(gram: Float64Array, n: number, lower: Float64Array, regularisation: number): Float64Array {
  const trace = lower.reduce((sum, _, i) => sum + gram[i * n + i]!, 0)
  if (!(trace > regularisation)) return lower
  const matrix = gram.map((value, k) => value / trace + (k % (n + 1) === 0 ? regularisation : 0))
  const { rows, norms, cosines } = rowScaled(matrix, n)
  const m = rows.length
  const pull = Float64Array.from(rows, (i, a) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum -= matrix[i * n + k]! * lower[k]!
    return sum / norms[a]!
  })
  const extra = nonNegativeMinimum(cosines, pull, m)
  const weights = Float64Array.from(lower)
  rows.forEach((i, a) => (weights[i]! += extra[a]! / norms[a]!))
  return weights
}
