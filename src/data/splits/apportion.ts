import type { Random } from '../../base/random'

/**
 * Within each stratum the shares are exact as far as whole rows go, and what is rounded off in one stratum is made up for in
 * the next, so that the totals are exact too.
 * @param strata stratum of each row, from 0; -1 (no value) is a stratum of its own
 * @returns rows in ascending order
 */
export function apportion(rows: Int32Array, shares: readonly number[], strata: Int32Array | null, random: Random): Int32Array[] {
  const groups = new Map<number, number[]>()
  for (const row of rows) {
    const stratum = strata === null ? 0 : strata[row]! < 0 ? Infinity : strata[row]!
    const group = groups.get(stratum)
    if (group) group.push(row)
    else groups.set(stratum, [row])
  }
  const parts: number[][] = shares.map(() => [])
  let seen = 0
  for (const [, group] of [...groups].sort(([a], [b]) => a - b)) {
    random.shuffle(group)
    seen += group.length
    // 1e-9: 0.7 * 10 is 7.000000000000001 in some orders of multiplication.
    const sizes = shares.map(share => Math.floor(share * group.length + 1e-9))
    for (let left = group.length - sizes.reduce((a, b) => a + b, 0); left > 0; left--) {
      const owed = shares.map((share, i) => (share === 0 ? -Infinity : share * seen - parts[i]!.length - sizes[i]!))
      sizes[owed.indexOf(Math.max(...owed))]!++
    }
    let from = 0
    sizes.forEach((size, i) => {
      for (const row of group.slice(from, from + size)) parts[i]!.push(row)
      from += size
    })
  }
  return parts.map(part => Int32Array.from(part).sort())
}
