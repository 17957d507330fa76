import { solvePositiveDefinite } from './cholesky'

const mostSteps = 400

/**
 * Solves C v = k ∘ v^(−1/a) for v > 0, with C a matrix of cosines: the stationary point of the strictly convex
 * ½ vᵀC v − Σ k_i φ(v_i), φ' = v^(−1/a), by damped Newton steps. Each unknown is scaled by what it would be alone, so that k may
 * range over many orders of magnitude.
 * @returns null where there is no solution: where some combination of rows with v ≥ 0 is zero
 */
export function fairPoint(cosines: Float64Array, k: Float64Array, a: number, n: number): Float64Array | null {
  const s = k.map(value => value ** (a / (a + 1)))
  const matrix = cosines.map((cosine, i) => cosine * s[Math.floor(i / n)]! * s[i % n]!)
  const weight = s.map(value => value * value)
  let x: Float64Array = new Float64Array(n).fill(1)
  let objective = objectiveAt(matrix, weight, a, n, x)
  for (let step = 0; step < mostSteps; step++) {
    const gradient = times(matrix, x, n).map((product, i) => product - weight[i]! * x[i]! ** (-1 / a))
    const hessian = Float64Array.from(matrix)
    for (let i = 0; i < n; i++) hessian[i * n + i]! += (weight[i]! / a) * x[i]! ** (-1 / a - 1)
    const change = solvePositiveDefinite(hessian, gradient, n)
    if (change === null || !change.every(Number.isFinite)) return null
    const decrement = change.reduce((sum, value, i) => sum + value * gradient[i]!, 0)
    const relative = Math.max(...change.map((value, i) => Math.abs(value) / x[i]!))
    if (relative < 1e-14) return finished(x, s)
    let length = 1
    for (; length > 1e-12; length /= 2) {
      const next = x.map((value, i) => value - length * change[i]!)
      if (!next.every(value => value > 0 && value < 1e150)) continue
      const reached = objectiveAt(matrix, weight, a, n, next)
      // Near the end the objective no longer shows what a step gains: full steps are taken on trust there.
      if (reached <= objective - 0.1 * length * decrement || relative < 1e-6) {
        ;[x, objective] = [next, reached]
        break
      }
    }
    if (length <= 1e-12) return relative < 1e-9 ? finished(x, s) : null
    if (relative < 1e-13) return finished(x, s)
  }
  return null
}

const finished = (x: Float64Array, s: Float64Array): Float64Array => x.map((value, i) => value * s[i]!)

function times(matrix: Float64Array, x: Float64Array, n: number): Float64Array {
  return x.map((_, i) => {
    let sum = 0
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * x[j]!
    return sum
  })
}

function objectiveAt(matrix: Float64Array, weight: Float64Array, a: number, n: number, x: Float64Array): number {
  const power = 1 - 1 / a
  const quadratic = times(matrix, x, n).reduce((sum, product, i) => sum + 0.5 * product * x[i]!, 0)
  return x.reduce((sum, value, i) => sum - weight[i]! * (power === 0 ? Math.log(value) : value ** power / power), quadratic)
}
