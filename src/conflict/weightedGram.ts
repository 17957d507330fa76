/**
 * The Gram matrix of w_i·g_i, the tasks' parts of the update: what weights do for lengths is seen in it, and angles stay those of
 * the gradients, as signs of weights don't count.
 * @param gram row-major T×T @param weights of the step; as if all were 1 where the run noted none
 */
export function weightedGram(gram: ArrayLike<number>, weights: readonly number[] | undefined): Float64Array {
  const T = Math.sqrt(gram.length)
  return Float64Array.from(gram, (value, k) => (weights ? value * Math.abs(weights[Math.floor(k / T)]! * weights[k % T]!) : value))
}
