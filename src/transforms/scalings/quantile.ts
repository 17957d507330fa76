import { quantile as quantileOf, sortedPresent } from '../statistics'
import type { QuantileState, Scaling } from './scaling'

const most = 1000

/** The empirical distribution function: what comes out is uniform in 0 … 1. */
export const quantile: Scaling = {
  kind: 'quantile',
  doc: 'to the share of the training values below, 0 … 1',
  fit(values, rows) {
    const sorted = sortedPresent(values, rows)
    const count = Math.min(most, sorted.length)
    return { quantiles: Array.from({ length: count }, (_, i) => quantileOf(sorted, count === 1 ? 0 : i / (count - 1))) }
  },
}

/**
 * Linear between the quantiles; a value that occurs often, and so spans several of them, gets the middle of its span, as in
 * scikit-learn's QuantileTransformer.
 */
export function shareBelow({ quantiles }: QuantileState, value: number): number {
  const last = quantiles.length - 1
  if (last === 0 || value < quantiles[0]!) return value < quantiles[0]! ? 0 : value > quantiles[0]! ? 1 : 0.5
  if (value > quantiles[last]!) return 1
  if (value === quantiles[0] && value < quantiles[1]!) return 0
  if (value === quantiles[last] && value > quantiles[last - 1]!) return 1
  const first = firstAtLeast(quantiles, value)
  const above = firstAbove(quantiles, value)
  if (above > first) return bothEnds(first, above - 1, last)
  const [low, high] = [quantiles[first - 1]!, quantiles[first]!]
  return (first - 1 + (value - low) / (high - low)) / last
}

/** The middle of the shares that a value spans; at the ends of the scale those count whole. */
function bothEnds(first: number, final: number, last: number): number {
  if (first === 0 && final < last) return 0
  if (final === last && first > 0) return 1
  return (first + final) / 2 / last
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

function firstAbove(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}
