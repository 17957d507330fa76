/** Counts of pairs of classes. */
export interface Contingency {
  /** [rows, columns], row-major */
  readonly counts: Float64Array
  readonly rows: number
  readonly columns: number
  readonly total: number
}

/** @param a, b class indices of the same rows, NaN where missing: such rows do not count */
export function contingency(a: ArrayLike<number>, b: ArrayLike<number>, rows: number, columns: number): Contingency {
  const counts = new Float64Array(rows * columns)
  let total = 0
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!]
    if (x !== x || y !== y) continue
    counts[x * columns + y]!++
    total++
  }
  return { counts, rows, columns, total }
}

export function marginals({ counts, rows, columns }: Contingency): { ofRows: Float64Array; ofColumns: Float64Array } {
  const ofRows = new Float64Array(rows)
  const ofColumns = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      ofRows[i]! += counts[i * columns + j]!
      ofColumns[j]! += counts[i * columns + j]!
    }
  }
  return { ofRows, ofColumns }
}
