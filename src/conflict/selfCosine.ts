/** Squared norms of one task's mean gradient over the two halves of a batch and over the whole, and the rows with a label. */
export interface Halves {
  readonly first: { readonly square: number; readonly rows: number }
  readonly second: { readonly square: number; readonly rows: number }
  readonly whole: number
}

/**
 * Cosine of one task's gradients on two halves of a batch: near 0 where the gradient is noise. As the whole batch's gradient is
 * (n₁g₁ + n₂g₂)/n, the three norms hold the product g₁·g₂.
 * @returns null where a half has no label or no gradient
 */
export function selfCosine({ first, second, whole }: Halves): number | null {
  if (first.rows === 0 || second.rows === 0 || !(first.square > 0) || !(second.square > 0)) return null
  const [a, b] = [first.rows, second.rows]
  const product = ((a + b) ** 2 * whole - a * a * first.square - b * b * second.square) / (2 * a * b)
  return Math.max(-1, Math.min(1, product / Math.sqrt(first.square * second.square)))
}
