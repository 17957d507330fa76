/** Eigenvalues from the largest to the smallest, and the eigenvector of each as a row of `vectors`. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

const mostSweeps = 60

/**
 * Eigenvalues of a symmetric matrix by Jacobi's rotations. An entry counts as zero beside its own two diagonal entries, not
 * beside the whole matrix: small eigenvalues of badly scaled Gram matrices stay accurate then (Demmel & Veselić 1992).
 * @param matrix n×n, row-major
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = Float64Array.from(matrix)
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  for (let sweep = 0, moved = true; moved && sweep < mostSweeps; sweep++) {
    moved = false
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = a[p * n + q]!
        const small = Number.EPSILON * Math.sqrt(Math.abs(a[p * n + p]!) * Math.abs(a[q * n + q]!))
        if (off === 0 || Math.abs(off) <= small) continue
        moved = true
        rotate(a, v, n, p, q)
      }
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!)
  const vectors = new Float64Array(n * n)
  order.forEach((from, to) => vectors.set(v.subarray(from * n, from * n + n), to * n))
  return { values: Float64Array.from(order, i => a[i * n + i]!), vectors }
}

/** Makes entry (p, q) zero; the rows of `v` are the eigenvectors so far. Golub & Van Loan, algorithm 8.5.1. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const off = a[p * n + q]!
  const tau = (a[q * n + q]! - a[p * n + p]!) / (2 * off)
  const t = Math.abs(tau) > 1e150 ? 1 / (2 * tau) : (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau))
  const c = 1 / Math.sqrt(1 + t * t)
  const s = t * c
  a[p * n + p]! -= t * off
  a[q * n + q]! += t * off
  a[p * n + q] = a[q * n + p] = 0
  for (let k = 0; k < n; k++) {
    if (k !== p && k !== q) {
      const [x, y] = [a[p * n + k]!, a[q * n + k]!]
      a[p * n + k] = a[k * n + p] = c * x - s * y
      a[q * n + k] = a[k * n + q] = s * x + c * y
    }
    const [x, y] = [v[p * n + k]!, v[q * n + k]!]
    v[p * n + k] = c * x - s * y
    v[q * n + k] = s * x + c * y
  }
}
