/** Inter-task affinity (Fifty et al. 2021, TAG): entry [i][j] is what a step on task i does for task j; null where L_j is 0. */
export type Affinity = readonly (readonly (number | null)[])[]

/** Z_ij = 1 − L_j(θ after a step on task i)/L_j(θ). @param after by task i, the losses after its step alone */
export function lookaheadAffinity(before: ArrayLike<number>, after: readonly ArrayLike<number>[]): Affinity {
  return after.map(losses => Array.from(losses, (loss, j) => (before[j]! === 0 ? null : 1 - loss / before[j]!)))
}

/** To first order, η G_ij/L_j, with no step taken. @param gram row-major T×T */
export function firstOrderAffinity(gram: Float64Array, losses: ArrayLike<number>, learningRate: number): Affinity {
  const T = losses.length
  return Array.from({ length: T }, (_, i) =>
    Array.from({ length: T }, (_, j) => (losses[j]! === 0 ? null : (learningRate * gram[i * T + j]!) / losses[j]!)),
  )
}
