import { solvePositiveDefinite } from './cholesky'
import { rankOf, rowScaled } from './rowScaled'
import { symmetricEigen } from './symmetricEigen'

/**
 * pinv(G)·b of a Gram matrix. The rank is that of the rows scaled to length 1, so that a short row is not taken for a dependent
 * one; a matrix of full rank is then solved as it is, another by its largest eigenvalues.
 * @param gram n×n, row-major; zero rows have zero in the result
 */
export function pseudoInverseTimes(gram: Float64Array, b: Float64Array, n: number): Float64Array {
  const { rows, norms, cosines } = rowScaled(gram, n)
  const m = rows.length
  const result = new Float64Array(n)
  const rank = rankOf(symmetricEigen(cosines, m).values)
  const solved =
    rank < m
      ? null
      : solvePositiveDefinite(
          cosines,
          Float64Array.from(rows, (i, a) => b[i]! / norms[a]!),
          m,
        )
  if (solved) {
    rows.forEach((i, a) => (result[i] = solved[a]! / norms[a]!))
    return result
  }
  const part = Float64Array.from({ length: m * m }, (_, k) => gram[rows[Math.floor(k / m)]! * n + rows[k % m]!]!)
  const { values, vectors } = symmetricEigen(part, m)
  for (let k = 0; k < rank; k++) {
    let along = 0
    rows.forEach((i, a) => (along += vectors[k * m + a]! * b[i]!))
    rows.forEach((i, a) => (result[i]! += (vectors[k * m + a]! * along) / values[k]!))
  }
  return result
}
