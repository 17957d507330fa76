import { minimumNormWeights } from '../methods/solvers/minimumNorm'
import { rankOf, rowScaled } from '../methods/solvers/rowScaled'
import { symmetricEigen } from '../methods/solvers/symmetricEigen'

/** Singular values of J from the largest to the smallest; those of dependent gradients are exactly 0. @param gram J Jᵀ, row-major T×T */
export function singularValues(gram: Float64Array, T: number): Float64Array {
  const { rows, cosines } = rowScaled(gram, T)
  const rank = rankOf(symmetricEigen(cosines, rows.length).values)
  return symmetricEigen(gram, T).values.map((value, k) => (k < rank ? Math.sqrt(Math.max(0, value)) : 0))
}

/** κ = √(λ_max/λ_min) of G (Senushkin et al. 2023); null where the gradients depend on each other. */
export function conditionNumber(gram: Float64Array, T: number): number | null {
  const values = singularValues(gram, T)
  return values.at(-1)! > 0 ? values[0]! / values.at(-1)! : null
}

/** κ over the singular values that are not zero; null where all are. */
export function effectiveConditionNumber(gram: Float64Array, T: number): number | null {
  const values = singularValues(gram, T).filter(value => value > 0)
  return values.length > 0 ? values[0]! / values.at(-1)! : null
}

/** The length of the shortest convex combination of the gradients: near 0, only trade-offs between the tasks remain. */
export function paretoGap(gram: Float64Array, T: number): number {
  return lengthOf(gram, T, minimumNormWeights(gram, T))
}

/** Length of the mean gradient. */
export const meanLength = (gram: Float64Array, T: number): number => lengthOf(gram, T, new Float64Array(T).fill(1 / T))

function lengthOf(gram: Float64Array, T: number, w: Float64Array): number {
  let sum = 0
  for (let i = 0; i < T; i++) for (let j = 0; j < T; j++) sum += w[i]! * w[j]! * gram[i * T + j]!
  return Math.sqrt(Math.max(0, sum))
}
