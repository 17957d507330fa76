import type { Random } from '../../base/random'

/** Rows that stay together, with how often each label occurs among them. */
interface Unit {
  readonly rows: number[]
  readonly labels: Map<number, number>
}

/**
 * Iterative stratification (Sechidis, Tsoumakas & Vlahavas 2011, alg. 1): of all labels the rarest is dealt out first, each
 * time to the part that still wants most of it; ties go to the part that wants most rows, then by lot. Every value of every
 * column is a label, and so is its absence. With groups, a whole group is dealt out at once, large ones first.
 * @returns rows in ascending order
 */
export function stratifyIteratively(
  rows: Int32Array,
  shares: readonly number[],
  strata: readonly Int32Array[],
  group: Int32Array | null,
  random: Random,
): Int32Array[] {
  const units = unitsOf(rows, strata, group)
  random.shuffle(units)
  if (group) units.sort((a, b) => b.rows.length - a.rows.length)
  const holders = new Map<number, Unit[]>()
  const left = new Map<number, number>()
  for (const unit of units) {
    for (const [label, count] of unit.labels) {
      const known = holders.get(label)
      if (known) known.push(unit)
      else holders.set(label, [unit])
      left.set(label, (left.get(label) ?? 0) + count)
    }
  }
  const wantedRows = shares.map(share => share * rows.length)
  const wanted = new Map([...left].map(([label, count]) => [label, shares.map(share => share * count)]))
  const parts: number[][] = shares.map(() => [])
  const done = new Set<Unit>()
  const deal = (unit: Unit, label: number | null) => {
    const part = neediest(shares, label === null ? wantedRows : wanted.get(label)!, wantedRows, random)
    done.add(unit)
    for (const row of unit.rows) parts[part]!.push(row)
    wantedRows[part]! -= unit.rows.length
    for (const [own, count] of unit.labels) {
      wanted.get(own)![part]! -= count
      left.set(own, left.get(own)! - count)
    }
  }
  for (;;) {
    let rarest: number | null = null
    for (const [label, count] of left) if (count > 0 && (rarest === null || count < left.get(rarest)!)) rarest = label
    if (rarest === null) break
    for (const unit of holders.get(rarest)!) if (!done.has(unit)) deal(unit, rarest)
  }
  for (const unit of units) if (!done.has(unit)) deal(unit, null)
  return parts.map(part => Int32Array.from(part).sort())
}

function neediest(shares: readonly number[], wanted: readonly number[], wantedRows: readonly number[], random: Random): number {
  let best: number[] = []
  for (let part = 0; part < shares.length; part++) {
    if (shares[part] === 0) continue
    const than = best[0]
    const more = than === undefined ? 1 : wanted[part]! - wanted[than]! || wantedRows[part]! - wantedRows[than]!
    // Shares are fractions: what differs by less than rounding is as needy.
    if (more > 1e-9) best = [part]
    else if (more > -1e-9) best.push(part)
  }
  return best.length === 1 ? best[0]! : best[random.below(best.length)]!
}

function unitsOf(rows: Int32Array, strata: readonly Int32Array[], group: Int32Array | null): Unit[] {
  const units: Unit[] = []
  const byGroup = new Map<number, Unit>()
  // Labels of column c lie at c, c + columns, c + 2·columns, …: absence first.
  const labelOf = (row: number, column: number) => (strata[column]![row]! + 1) * strata.length + column
  for (const row of rows) {
    const own = group && group[row]! >= 0 ? byGroup.get(group[row]!) : undefined
    const unit = own ?? { rows: [], labels: new Map<number, number>() }
    if (!own) units.push(unit)
    if (!own && group && group[row]! >= 0) byGroup.set(group[row]!, unit)
    unit.rows.push(row)
    for (let column = 0; column < strata.length; column++) {
      const label = labelOf(row, column)
      unit.labels.set(label, (unit.labels.get(label) ?? 0) + 1)
    }
  }
  return units
}
