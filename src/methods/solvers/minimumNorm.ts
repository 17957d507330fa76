import { nonNegativeMinimum } from './nonNegative'
import { rowScaled } from './rowScaled'

/**
 * The point of smallest norm in the convex hull of rows: argmin wᵀG w over the simplex, exactly.
 *
 * Minimising ‖Jᵀw‖² + (σ·1ᵀw − 1)² over w ≥ 0 and dividing by the sum gives the same point, for with w = s·p the best p does not
 * depend on s. That is a non-negative least-squares problem without the equality, which row scaling leaves well posed.
 * @param gram n×n, row-major
 * @returns w; where rows are zero, they share all of it
 */
export function minimumNormWeights(gram: Float64Array, n: number): Float64Array {
  const { rows, norms, cosines } = rowScaled(gram, n)
  const weights = new Float64Array(n)
  if (rows.length < n) {
    for (let i = 0; i < n; i++) if (!rows.includes(i)) weights[i] = 1 / (n - rows.length)
    return weights
  }
  const least = Math.min(...norms)
  const c = norms.map(norm => least / norm)
  const scale = c.map(value => 1 / Math.sqrt(1 + value * value))
  const matrix = cosines.map((cosine, k) => {
    const [i, j] = [Math.floor(k / n), k % n]
    return i === j ? 1 : (cosine + c[i]! * c[j]!) * scale[i]! * scale[j]!
  })
  const v = nonNegativeMinimum(
    matrix,
    c.map((value, i) => value * scale[i]!),
    n,
  )
  const shares = v.map((value, i) => value * scale[i]! * c[i]!)
  const sum = shares.reduce((a, b) => a + b, 0)
  return shares.map(share => share / sum)
}

/** G of the rows g_i + s·Σ u_k g_k. With Σw = 1 their combinations are those of the g_i, all shifted alike. */
export function shifted(gram: Float64Array, n: number, s: number, u: number): Float64Array {
  const m = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0
    for (let j = 0; j < n; j++) sum += u * gram[i * n + j]!
    return sum
  })
  const q = m.reduce((sum, value) => sum + u * value, 0)
  return gram.map((value, k) => value + s * (m[Math.floor(k / n)]! + m[k % n]!) + s * s * q)
}
