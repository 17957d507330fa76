/** Numbers in any nesting; null for what is undefined. */
export type Numbers = number | null | readonly Numbers[]

/** A record: what was compared, and what is wrong with it. */
export interface Verdict {
  readonly name: string
  readonly problem?: string
}

const flat = (value: Numbers): (number | null)[] => (Array.isArray(value) ? (value as Numbers[]).flatMap(flat) : [value as number | null])

/** ‖ours − theirs‖ ≤ atol + rtol·‖theirs‖; what is undefined must be so on both sides. @returns what is wrong */
export function difference(ours: Numbers | undefined, theirs: Numbers, { atol, rtol }: { atol: number; rtol: number }): string | undefined {
  if (ours === undefined) return 'is not computed'
  const [a, b] = [flat(ours), flat(theirs)]
  if (a.length !== b.length) return `has ${a.length} numbers instead of ${b.length}`
  let [distance, norm] = [0, 0]
  for (const [i, theirs] of b.entries()) {
    const value = a[i]!
    if ((value === null) !== (theirs === null)) return `is ${JSON.stringify(ours)} instead of ${JSON.stringify(b)}`
    if (value === null || theirs === null) continue
    distance = Math.hypot(distance, value - theirs)
    norm = Math.hypot(norm, theirs)
  }
  if (distance <= atol + rtol * norm) return undefined
  return `is ${JSON.stringify(ours)}, ${distance.toExponential(2)} from ${JSON.stringify(theirs)}`
}

export const isFinite = (value: Numbers | undefined): boolean =>
  value !== undefined && flat(value).every(x => x !== null && Number.isFinite(x))
