/**
 * The earliest rows first, the latest last. Rows of one time stay together, in the part in which the first of them falls.
 * @returns rows in ascending order of their numbers
 */
export function byTime(rows: Int32Array, shares: readonly number[], time: Float64Array): Int32Array[] {
  const ordered = Int32Array.from(rows).sort((a, b) => time[a]! - time[b]! || a - b)
  const parts: Int32Array[] = []
  let [from, share] = [0, 0]
  for (const [i, own] of shares.entries()) {
    share += own
    let to = i === shares.length - 1 ? ordered.length : Math.max(from, Math.round(share * ordered.length))
    while (to > from && to < ordered.length && time[ordered[to]!] === time[ordered[to - 1]!]) to++
    parts.push(ordered.slice(from, to).sort())
    from = to
  }
  return parts
}
