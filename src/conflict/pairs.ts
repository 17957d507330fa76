/**
 * How two tasks' gradients stand to each other, from their Gram matrix G = J Jᵀ (row-major T×T). Entries that a zero gradient leaves
 * undefined are null.
 */
export type PairTable = readonly (readonly (number | null)[])[]

/** G_ij/√(G_ii G_jj) */
export function cosines(gram: Float64Array, T: number): PairTable {
  return table(T, (i, j) => {
    const [a, b] = [gram[i * T + i]!, gram[j * T + j]!]
    if (!(a > 0 && b > 0)) return null
    return i === j ? 1 : clamped(gram[i * T + j]! / Math.sqrt(a) / Math.sqrt(b))
  })
}

/** Gradient magnitude similarity, 2‖g_i‖‖g_j‖/(‖g_i‖² + ‖g_j‖²) (Yu et al. 2020, definition 2): 1 for equal lengths. */
export function magnitudeSimilarities(gram: Float64Array, T: number): PairTable {
  return table(T, (i, j) => {
    const [a, b] = [gram[i * T + i]!, gram[j * T + j]!]
    return a + b > 0 ? magnitudeSimilarity(a, b) : null
  })
}

/** Of two squared lengths; 1 where both are zero. */
export const magnitudeSimilarity = (a: number, b: number): number => (a + b > 0 ? (2 * Math.sqrt(a) * Math.sqrt(b)) / (a + b) : 1)

/** Multi-task curvature bounding measure ξ = (1 − cos²)‖g_i − g_j‖²/‖g_i + g_j‖² (Yu et al. 2020, definition 5). */
export function curvatures(gram: Float64Array, T: number): PairTable {
  return table(T, (i, j) => {
    const [a, b, dot] = [gram[i * T + i]!, gram[j * T + j]!, gram[i * T + j]!]
    if (!(a > 0 && b > 0)) return null
    if (i === j) return 0
    const sum = a + b + 2 * dot
    // What rounding leaves of two opposite gradients is no length.
    if (!(sum > 8 * Number.EPSILON * (a + b))) return null
    const cosine = clamped(dot / Math.sqrt(a) / Math.sqrt(b))
    return ((1 - cosine * cosine) * Math.max(0, a + b - 2 * dot)) / sum
  })
}

const table = (T: number, entry: (i: number, j: number) => number | null): PairTable =>
  Array.from({ length: T }, (_, i) => Array.from({ length: T }, (_, j) => entry(i, j)))

const clamped = (cosine: number): number => Math.max(-1, Math.min(1, cosine))
