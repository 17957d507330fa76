import { cosines, curvatures, magnitudeSimilarities } from './pairs'

/**
 * Whether the gradients of tasks i and j are such that the tragic triad is possible (Yu et al. 2020): theorem 2 says that a step
 * with surgery leads to a lower loss than one without where (a) they conflict and one dominates the other, cos ≤ −Φ, (b) the
 * curvature along the step is high, ℓ ≥ ξ·L with L the gradient's Lipschitz constant, and (c) the step is long enough. Gradients
 * tell (a), and of (b) what it implies as ℓ ≤ L: ξ ≤ 1 (their figure 4 counts the same). The curvature itself is not measured. ξ is
 * no measure of it: a large ξ asks for more than there can be. Under (a), ξ ≤ 1 means Φ ≤ |cos|/(2 − cos²).
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
