import { studentTProbability, studentTQuantile } from './studentT'

/** Of the mean of a series whose neighbours may be alike. */
export interface BlockMean {
  readonly samples: number
  readonly mean: number
  /** Standard error. */
  readonly error: number
  readonly freedom: number
}

/**
 * The moving block bootstrap of a mean (Künsch 1989) with blocks of √n steps. Its variance has a closed form, the variance of
 * the means of all overlapping blocks ÷ the number of blocks that fill the series, so nothing is drawn by chance and the same
 * series gives the same interval. With few blocks the spread is uncertain itself: quantiles are Student's t.
 * @returns null for fewer than 16 values
 */
export function blockMean(series: ArrayLike<number>): BlockMean | null {
  const n = series.length
  if (n < 16) return null
  const length = Math.floor(Math.sqrt(n))
  let sum = 0
  for (let i = 0; i < n; i++) sum += series[i]!
  const mean = sum / n
  let block = 0
  let squares = 0
  for (let i = 0; i < n; i++) {
    block += series[i]! - mean
    if (i >= length) block -= series[i - length]! - mean
    if (i >= length - 1) squares += (block / length) ** 2
  }
  const blocks = n / length
  // Overlapping blocks lean on the same mean as the spread does: one block's worth of freedom is gone.
  return { samples: n, mean, error: Math.sqrt(squares / (n - length + 1) / (blocks - 1)), freedom: blocks - 1 }
}

/** Two-sided interval. @param level such as 0.95 */
export function interval({ mean, error, freedom }: BlockMean, level = 0.95): { mean: number; low: number; high: number } {
  const half = error === 0 ? 0 : studentTQuantile((1 + level) / 2, freedom) * error
  return { mean, low: mean - half, high: mean + half }
}

/** One-sided upper bound with the error probability `alpha`. */
export const upperBound = ({ mean, error, freedom }: BlockMean, alpha: number): number =>
  error === 0 ? mean : mean + studentTQuantile(1 - alpha, freedom) * error

export const lowerBound = (series: BlockMean, alpha: number): number => 2 * series.mean - upperBound(series, alpha)

/** How probable so low a mean is where the true one is `value` or more. */
export function probabilityBelow({ mean, error, freedom }: BlockMean, value: number): number {
  if (error === 0) return mean < value ? 0 : 1
  return studentTProbability((mean - value) / error, freedom)
}
