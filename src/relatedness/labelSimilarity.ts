import type { LabelColumn } from './labels'

/** Jensen-Shannon distance with logarithms to base 2 (Lin 1991; Endres & Schindelin 2003): 0 for equal distributions, 1 for disjoint ones. */
export function jensenShannonDistance(p: readonly number[], q: readonly number[]): number {
  const [sumP, sumQ] = [p, q].map(counts => counts.reduce((a, b) => a + b, 0)) as [number, number]
  let divergence = 0
  for (let i = 0; i < p.length; i++) {
    const [a, b] = [p[i]! / sumP, q[i]! / sumQ]
    const middle = (a + b) / 2
    if (a > 0) divergence += (a * Math.log2(a / middle)) / 2
    if (b > 0) divergence += (b * Math.log2(b / middle)) / 2
  }
  return Math.sqrt(Math.max(0, divergence))
}

/**
 * How alike two tasks' labels are distributed: 1 − Jensen-Shannon distance. Where the tasks share a class name, classes are matched
 * by name; else the most frequent class of one stands beside the most frequent of the other, and so on: then it tells whether the
 * tasks are equally imbalanced. Numbers are compared in standard deviations from their mean, in 20 parts from −4 to 4.
 * @returns null for a class beside a number, and where a task has no label
 */
export function labelSimilarity(a: LabelColumn, b: LabelColumn): number | null {
  if ((a.classes === null) !== (b.classes === null)) return null
  const [p, q] = [countsOf(a), countsOf(b)]
  if (p.size === 0 || q.size === 0) return null
  if (a.classes === null || a.classes.some(name => b.classes!.includes(name))) {
    const names = [...new Set([...p.keys(), ...q.keys()])]
    const along = (counts: Map<string, number>) => names.map(name => counts.get(name) ?? 0)
    return 1 - jensenShannonDistance(along(p), along(q))
  }
  const ranked = (counts: Map<string, number>) => {
    const sorted = [...counts.values()].sort((x, y) => y - x)
    return Array.from({ length: Math.max(p.size, q.size) }, (_, i) => sorted[i] ?? 0)
  }
  return 1 - jensenShannonDistance(ranked(p), ranked(q))
}

function countsOf({ classes, values }: LabelColumn): Map<string, number> {
  const present = values.filter(value => value === value)
  const counts = new Map<string, number>()
  const add = (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1)
  if (classes) {
    for (const value of present) add(classes[value]!)
    return counts
  }
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length
  const deviation = Math.sqrt(present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / present.length) || 1
  for (const value of present) add(String(Math.max(-10, Math.min(9, Math.floor((value - mean) / deviation / 0.4)))))
  return counts
}
