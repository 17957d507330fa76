import { number, oneOf } from '../../base/options'
import type { MethodDefinition } from '../method'
import { minimumNormWeights, shifted } from '../solvers/minimumNorm'
import { gramMethod, squaredLength, uniform } from './gramMethod'

/**
 * Liu et al. 2021, eq. 3 and its dual: min over the simplex of wᵀG u + φ√(wᵀG w), φ = c√(uᵀG u); then d = g₀ + φ g_w/‖g_w‖.
 * Where c ≥ 1 and some combination of the gradients is zero, d = 0 is the answer: the model is Pareto stationary. Where g_w = 0 is the
 * minimum although c < 1, as with a zero row that none falls behind, g_w has no direction, and d = g₀ as in published code.
 */
export const caGrad: MethodDefinition = {
  kind: 'caGrad',
  doc: 'Looks near the mean gradient for the step that helps the worst-off task most (Liu et al. 2021): a middle way between the mean (c = 0) and a step that harms no task (c ≥ 1). One trunk backward pass per task.',
  notWhen: 'One gradient is much longer than the others: it rules the mean, and with it where the search looks.',
  paper: 'Liu et al. 2021, Conflict-Averse Gradient Descent for Multi-task Learning, NeurIPS, arXiv:2110.14048',
  gainOn: 'Multi-Fashion+MNIST, NYUv2 and Cityscapes',
  example: 'weighting: caGrad({ c: 0.4 })',
  formula: 'min over w ≥ 0, Σw = 1 of wᵀG u + φ√(wᵀG w), φ = c√(uᵀG u); d = g₀ + φ g_w/‖g_w‖',
  scale: 'mean',
  heads: 'plain',
  positional: [],
  options: {
    c: number('Radius of the search around the mean gradient, in lengths of it.', { default: 0.5, min: 0, max: 100 }),
    rescale: oneOf(['none', 'c2', 'c'], "Divides the step by 1 + c² ('c2', as the published code does) or by 1 + c.", { default: 'none' }),
  },
  needs: ['gram'],
  create: ({ options }) =>
    gramMethod((gram, n) => {
      const c = options.c as number
      const divisor = { none: 1, c2: 1 + c * c, c: 1 + c }[options.rescale as 'none' | 'c2' | 'c']
      const { weights, simplex, note } = caGradWeights(gram, n, c)
      return { weights: weights.map(w => w / divisor), details: { simplexWeights: [...simplex] }, ...(note !== undefined && { note }) }
    }),
}

interface CaGradAnswer {
  readonly weights: Float64Array
  readonly simplex: Float64Array
  readonly note?: string
}

/**
 * At the minimum with t = √(wᵀG w), w also minimises ‖g_w + s·g₀‖ for s = t/φ, a point of smallest norm. t(s) − φs falls from
 * ≥ 0 to ≤ 0 in s, and its root is found by regula falsi (Dowell & Jarratt 1971, the Illinois form).
 * @returns weights on the rows, mean scale, and the w of the dual
 */
export function caGradWeights(gram: Float64Array, n: number, c: number): CaGradAnswer {
  const u = uniform(n)
  const phi = c * Math.sqrt(squaredLength(gram, n, u))
  const longest = Math.sqrt(Math.max(...u.map((_, i) => gram[i * n + i]!)))
  if (!(phi > 1e-14 * longest)) return { weights: u, simplex: u }
  const at = (s: number) => {
    const w = minimumNormWeights(shifted(gram, n, s, 1 / n), n)
    return { s, w, gap: Math.sqrt(squaredLength(gram, n, w)) - phi * s }
  }
  let low = at(0)
  if (c >= 1 && cancels(gram, n, low.w)) return { weights: low.w, simplex: low.w }
  let high = at(longest / phi)
  if (high.gap >= 0) low = high
  // Where some combination is zero, s = 0 is a root too, but not the minimum as long as c < 1.
  for (let round = 0, side = 0, [a, b] = [Math.max(0, low.gap), high.gap]; round < 200 && high.s - low.s > 1e-15 * high.s; round++) {
    let s = (low.s * b - high.s * a) / (b - a)
    if (!(s > low.s && s < high.s)) s = (low.s + high.s) / 2
    if (s === low.s || s === high.s) break
    const next = at(s)
    if (next.gap === 0) {
      low = high = next
    } else if (next.gap > 0) {
      ;[low, a] = [next, next.gap]
      if (side === 1) b /= 2
      side = 1
    } else {
      ;[high, b] = [next, next.gap]
      if (side === -1) a /= 2
      side = -1
    }
  }
  const best = Math.abs(low.gap) < Math.abs(high.gap) && low.s > 0 ? low : high
  if (cancels(gram, n, best.w))
    return {
      weights: u,
      simplex: best.w,
      note: 'caGrad met a task without a gradient, or gradients that cancel each other: the step was their mean.',
    }
  return { weights: u.map((value, i) => value + best.w[i]! / best.s), simplex: best.w }
}

/** Whether what is left of a combination is no more than rounding: the error of wᵀG w is some ε(Σ w‖g‖)². */
function cancels(gram: Float64Array, n: number, w: Float64Array): boolean {
  const added = w.reduce((sum, value, i) => sum + value * Math.sqrt(gram[i * n + i]!), 0)
  return squaredLength(gram, n, w) <= 8 * n * Number.EPSILON * added * added
}
