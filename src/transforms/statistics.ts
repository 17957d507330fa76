/** Present values of some rows, ascending. */
export function sortedPresent(values: Float64Array, rows: Int32Array): Float64Array {
  const present = new Float64Array(rows.length)
  let count = 0
  for (const row of rows) if (!Number.isNaN(values[row]!)) present[count++] = values[row]!
  return present.subarray(0, count).sort()
}

/** Mean and standard deviation of the whole (ddof 0) over the given rows, missing ones not counted. */
export function momentsOf(values: Float64Array, rows: Int32Array): { mean: number; deviation: number; count: number } {
  let sum = 0
  let count = 0
  let [low, high] = [Infinity, -Infinity]
  for (const row of rows) {
    const value = values[row]!
    if (Number.isNaN(value)) continue
    sum += value
    count++
    if (value < low) low = value
    if (value > high) high = value
  }
  if (count === 0) return { mean: NaN, deviation: NaN, count }
  if (low === high) return { mean: low, deviation: 0, count }
  const mean = sum / count
  let squares = 0
  for (const row of rows) if (!Number.isNaN(values[row]!)) squares += (values[row]! - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / count), count }
}

/** Linear between the two nearest values, as NumPy's default (Hyndman & Fan 1996, type 7). @param sorted ascending, not empty */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low === high ? low : low + (high - low) * (at - below)
}

/** Rows of each code. */
export function countsOf(codes: Int32Array, rows: Int32Array, categories: number): number[] {
  const counts = new Array<number>(categories).fill(0)
  for (const row of rows) if (codes[row]! >= 0) counts[codes[row]!]!++
  return counts
}
