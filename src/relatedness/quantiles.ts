/**
 * Quantile with linear interpolation (Hyndman & Fan 1996, type 7; NumPy's default).
 * @param sorted ascending, not empty
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1)
  const low = Math.floor(at)
  return sorted[low]! + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)]! - sorted[low]!)
}

/** Bounds that divide values into at most so many parts of equal size: fewer where values repeat. */
export function quantileBounds(values: ArrayLike<number>, parts: number): readonly number[] {
  const sorted = Float64Array.from(values)
    .filter(value => value === value)
    .sort()
  if (sorted.length === 0) return []
  const inner = Array.from({ length: parts - 1 }, (_, i) => quantile(sorted, (i + 1) / parts))
  return [...new Set(inner)].filter(bound => bound < sorted[sorted.length - 1]!)
}

/** Number of bounds below the value; NaN stays NaN. */
export function partOf(bounds: readonly number[], value: number): number {
  if (value !== value) return NaN
  let [low, high] = [0, bounds.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (bounds[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
