/** Pivots of a matrix with ones on its diagonal that rounding could have made. */
const smallestPivot = 8 * Number.EPSILON

/**
 * Solves A x = b for a symmetric positive definite A. The matrix is scaled to ones on its diagonal first, which makes the
 * result as accurate as the scaled matrix allows (van der Sluis 1969).
 * @param a n×n, row-major
 * @returns null where A is singular as far as float64 can tell
 */
export function solvePositiveDefinite(a: Float64Array, b: Float64Array, n: number): Float64Array | null {
  const scale = Float64Array.from(b, (_, i) => 1 / Math.sqrt(a[i * n + i]!))
  if (!scale.every(Number.isFinite)) return null
  const l = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : a[i * n + j]! * scale[i]! * scale[j]!
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!
      if (i !== j) l[i * n + j] = sum / l[j * n + j]!
      else if (sum > smallestPivot * n) l[i * n + i] = Math.sqrt(sum)
      else return null
    }
  }
  const x = Float64Array.from(b, (value, i) => value * scale[i]!)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * n + k]! * x[k]!
    x[i]! /= l[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!
    x[i]! /= l[i * n + i]!
  }
  return x.map((value, i) => value * scale[i]!)
}
