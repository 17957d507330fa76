/** One layer's Gram matrix of mean gradients over some rows of a batch, row-major T×T, and the labelled rows of each task among them. */
export interface RowsGram {
  readonly gram: ArrayLike<number>
  readonly labels: readonly number[]
}

/**
 * Cosine between the gradients of tasks i and j on *different* halves of a batch, both ways together. The noise of two halves
 * is independent, so what is left is signal: near 0 where a gradient is noise (i = j) or where two tasks oppose each other only
 * in what they make of the same rows (i ≠ j). The products across the halves are never formed: as the whole batch's gradient
 * is the mean of the halves' by labels, they are what the whole's Gram matrix has beyond the halves'.
 * @returns null where a half has no label or no gradient of one of the tasks
 */
export function halfCosine(first: RowsGram, second: RowsGram, whole: ArrayLike<number>, i: number, j: number): number | null {
  const T = Math.sqrt(whole.length)
  const [a, b] = [first.labels, second.labels]
  const square = ({ gram }: RowsGram, t: number) => gram[t * T + t]!
  for (const half of [first, second]) for (const t of [i, j]) if (half.labels[t] === 0 || !(square(half, t) > 0)) return null
  const at = i * T + j
  const products = (a[i]! + b[i]!) * (a[j]! + b[j]!) * whole[at]! - a[i]! * a[j]! * first.gram[at]! - b[i]! * b[j]! * second.gram[at]!
  const norms =
    a[i]! * b[j]! * Math.sqrt(square(first, i) * square(second, j)) + b[i]! * a[j]! * Math.sqrt(square(second, i) * square(first, j))
  return Math.max(-1, Math.min(1, products / norms))
}
