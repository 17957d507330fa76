/** A Gram matrix by the lengths of its rows and the cosines between them: what is left is well scaled, whatever G is. */
export interface RowScaled {
  /** Indices of the rows that are not zero. */
  readonly rows: readonly number[]
  /** ‖g‖ of these rows. */
  readonly norms: Float64Array
  /** Cosines between these rows, with ones on the diagonal; row-major. */
  readonly cosines: Float64Array
}

/** Squared norm below which float32 holds no direction of a row: it consists of denormal numbers then, and counts as zero. */
export const smallestSquare = 1e-60

/** @param gram n×n, row-major */
export function rowScaled(gram: Float64Array, n: number): RowScaled {
  const rows = Array.from({ length: n }, (_, i) => i).filter(i => gram[i * n + i]! > smallestSquare)
  const norms = Float64Array.from(rows, i => Math.sqrt(gram[i * n + i]!))
  const cosines = new Float64Array(rows.length ** 2)
  rows.forEach((i, a) =>
    rows.forEach((j, b) => {
      cosines[a * rows.length + b] = a === b ? 1 : Math.max(-1, Math.min(1, gram[i * n + j]! / norms[a]! / norms[b]!))
    }),
  )
  return { rows, norms, cosines }
}

/**
 * Rank of a matrix of cosines: eigenvalues that rounding alone could have made count as zero.
 * @param eigenvalues from the largest to the smallest
 */
export function rankOf(eigenvalues: Float64Array): number {
  const least = 16 * eigenvalues.length * Number.EPSILON * (eigenvalues[0] ?? 0)
  return eigenvalues.filter(value => value > least).length
}
