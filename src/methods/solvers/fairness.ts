import { solvePositiveDefinite } from './cholesky'

const mostSteps = 500

/**
 * Solves C v = k ∘ v^(−1/a) for v > 0, with C a matrix of cosines: the stationary point of the strictly convex
 * ½ vᵀC v − Σ k_i φ(v_i), φ' = v^(−1/a), by damped Newton steps. Each unknown is scaled by what it would be alone, so that k may
 * range over many orders of magnitude. The damping is that of self-concordant functions (Nesterov & Nemirovskii 1994), by the
 * largest relative change: unlike a search along the objective, it does not lose small unknowns beside large ones.
 * @param cosines n×n, row-major
 * @returns null where there is no solution: where some combination of rows with v ≥ 0 is zero
 */
export function fairPoint(cosines: Float64Array, k: Float64Array, a: number, n: number): Float64Array | null {
  const s = k.map(value => value ** (a / (a + 1)))
  const matrix = cosines.map((cosine, i) => cosine * s[Math.floor(i / n)]! * s[i % n]!)
  const weight = s.map(value => value * value)
  const bend = Math.max(1, (1 + 1 / a) / 2)
  let x: Float64Array = new Float64Array(n).fill(1)
  let before = Infinity
  for (let step = 0; step < mostSteps; step++) {
    const gradient = x.map((own, i) => {
      let sum = -weight[i]! * own ** (-1 / a)
      for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * x[j]!
      return sum
    })
    const hessian = Float64Array.from(matrix)
    for (let i = 0; i < n; i++) hessian[i * n + i]! += (weight[i]! / a) * x[i]! ** (-1 / a - 1)
    const change = solvePositiveDefinite(hessian, gradient, n)
    if (!change?.every(Number.isFinite)) return null
    const relative = change.reduce((most, value, i) => Math.max(most, Math.abs(value) / x[i]!), 0)
    const length = relative < 0.1 ? 1 : 1 / (1 + bend * relative)
    x = x.map((value, i) => value - length * change[i]!)
    // Quadratic convergence ends where rounding begins.
    if (relative < 1e-14 || (relative < 1e-8 && relative >= before / 2)) return x.map((value, i) => value * s[i]!)
    before = relative
  }
  return null
}
