export interface Points {
  readonly xs: Float64Array
  readonly ys: Float64Array
}

/**
 * Thins a curve to the smallest and the largest value of each of `buckets` equal stretches of [low, high], so that no peak
 * is lost. Rows without a value are left out; the last row before and the first after the stretch stay, so that lines run
 * to the edge of the picture.
 * @param xs rising
 */
export function decimate(xs: Float64Array, ys: Float64Array, low: number, high: number, buckets: number): Points {
  const first = Math.max(0, lowerBound(xs, low) - 1)
  const last = Math.min(xs.length - 1, lowerBound(xs, high) + 1)
  const outX: number[] = []
  const outY: number[] = []
  const take = (i: number) => {
    outX.push(xs[i]!)
    outY.push(ys[i]!)
  }
  const width = (high - low) / buckets || 1
  let [bucket, smallest, largest] = [NaN, -1, -1]
  const flush = () => {
    if (smallest < 0) return
    take(Math.min(smallest, largest))
    if (smallest !== largest) take(Math.max(smallest, largest))
    smallest = largest = -1
  }
  for (let i = first; i <= last; i++) {
    const y = ys[i]!
    if (!Number.isFinite(y)) continue
    const at = Math.floor((xs[i]! - low) / width)
    if (at !== bucket) flush()
    bucket = at
    if (smallest < 0 || y < ys[smallest]!) smallest = i
    if (largest < 0 || y > ys[largest]!) largest = i
  }
  flush()
  return { xs: Float64Array.from(outX), ys: Float64Array.from(outY) }
}

/** The first index whose value is not below x. */
function lowerBound(xs: Float64Array, x: number): number {
  let [low, high] = [0, xs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (xs[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}
