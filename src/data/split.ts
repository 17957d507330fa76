import { Random } from '../base/random'
import type { SplitSettings } from '../ir/graph'

export interface Parts {
  readonly train: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

/**
 * Puts every row into exactly one part. Within each stratum the shares are exact as far as whole rows go, and what is
 * rounded off in one stratum is made up for in the next, so that the totals are exact too.
 * @param strata stratum of each row, from 0; -1 (no value) is a stratum of its own
 * @returns row numbers in ascending order
 */
export function splitRows(rows: number, settings: SplitSettings, strata: Int32Array | null): Parts {
  const total = settings.train + settings.validation + settings.test
  const shares = [settings.train / total, settings.validation / total, settings.test / total]
  const random = Random.seeded(settings.seed, 'split')
  const groups = new Map<number, number[]>()
  for (let row = 0; row < rows; row++) {
    const stratum = strata === null ? 0 : strata[row]! < 0 ? Infinity : strata[row]!
    const group = groups.get(stratum)
    if (group) group.push(row)
    else groups.set(stratum, [row])
  }
  const parts: number[][] = [[], [], []]
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
  const [train, validation, test] = parts.map(part => Int32Array.from(part).sort())
  return { train: train!, validation: validation!, test: test! }
}
