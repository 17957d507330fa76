import { cosines, curvatures, magnitudeSimilarities } from './pairs'

/**
 * Whether a step shows the tragic triad between tasks i and j, under which gradient surgery lowers the loss (Yu et al. 2020,
 * theorem 2): the gradients conflict and one dominates the other, cos ≤ −Φ, and the curvature ℓ ≥ ξ·L that is then needed can
 * exist, as it can't exceed the gradient's Lipschitz constant L: ξ ≤ 1. A large ξ says that the theorem asks for more curvature.
 * @param gram row-major T×T
 * @returns null where one of the tasks has no gradient
 */
export function tragicTriad(gram: Float64Array, i: number, j: number): { readonly holds: boolean; readonly curvature: number } | null {
  const T = Math.sqrt(gram.length)
  const two = Float64Array.of(gram[i * T + i]!, gram[i * T + j]!, gram[j * T + i]!, gram[j * T + j]!)
  const cosine = cosines(two, 2)[0]![1]!
  if (cosine === null) return null
  // Opposite gradients of one length leave no sum: ξ grows without bound.
  const curvature = curvatures(two, 2)[0]![1] ?? Infinity
  const similarity = magnitudeSimilarities(two, 2)[0]![1]!
  return { holds: cosine < 0 && cosine <= -similarity && curvature <= 1, curvature }
}
