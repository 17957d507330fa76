import { extremesOf } from './extremes'

export interface Curve {
  /** Rising. */
  readonly xs: Float64Array
  /** NaN where there is no value. */
  readonly ys: Float64Array
}

/** Curves over places that all of them share; null where one has no value. */
export interface Aligned {
  readonly xs: Float64Array
  readonly curves: readonly (readonly (number | null)[])[]
  /** Which curves were thinned. */
  readonly dense: readonly boolean[]
}

/**
 * Curves as they are drawn over [low, high]. One that has more values there than can be told apart is thinned to the smallest
 * and the largest of each of `buckets` equal stretches, so that no peak is lost; these stand at the beginning and in the middle
 * of their stretch, in the order that they have in the curve, at most half a stretch from where they are. Thus all thinned
 * curves share their places. One with fewer keeps its own places, and the values just outside, so that lines run to the edge.
 * @param positive whether only values above 0 count
 */
export function decimate(curves: readonly Curve[], low: number, high: number, buckets: number, positive: boolean): Aligned {
  const width = (high - low) / buckets || 1
  const windows = curves.map(({ xs }) => ({ first: lowerBound(xs, low), end: upperBound(xs, high) }))
  const isDense = windows.map(({ first, end }) => end - first > 2 * buckets)
  const places = new Set<number>()
  if (isDense.includes(true)) for (let i = 0; i < 2 * buckets; i++) places.add(low + (i / 2) * width)
  const sparse = curves.map(({ xs }, i) => {
    if (isDense[i]) return null
    const { first, end } = windows[i]!
    const own = xs.subarray(Math.max(0, first - 1), Math.min(xs.length, end + 1))
    for (const x of own) places.add(x)
    return { own, offset: Math.max(0, first - 1) }
  })
  const xs = Float64Array.from(places).sort()
  const at = new Map<number, number>()
  xs.forEach((x, i) => at.set(x, i))
  return {
    xs,
    dense: isDense,
    curves: curves.map((curve, i) => {
      const row = new Array<number | null>(xs.length).fill(null)
      const own = sparse[i]
      if (own) {
        own.own.forEach((x, j) => {
          const y = curve.ys[own.offset + j]!
          if (Number.isFinite(y) && (!positive || y > 0)) row[at.get(x)!] = y
        })
        return row
      }
      const extremes = extremesOf(curve.ys, positive)
      let from = windows[i]!.first
      for (let bucket = 0; bucket < buckets && from < windows[i]!.end; bucket++) {
        const to = bucket === buckets - 1 ? windows[i]!.end : lowerBound(curve.xs, low + (bucket + 1) * width, from)
        extremes.find(from, to)
        const { lowest, highest } = extremes
        from = to
        if (lowest < 0) continue
        row[at.get(low + bucket * width)!] = curve.ys[Math.min(lowest, highest)]!
        if (lowest !== highest) row[at.get(low + (bucket + 0.5) * width)!] = curve.ys[Math.max(lowest, highest)]!
      }
      return row
    }),
  }
}

/** The first index from `from` on whose value is not below x. */
function lowerBound(xs: Float64Array, x: number, from = 0): number {
  let [low, high] = [from, xs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (xs[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

const upperBound = (xs: Float64Array, x: number): number => {
  const i = lowerBound(xs, x)
  return xs[i] === x ? i + 1 : i
}
