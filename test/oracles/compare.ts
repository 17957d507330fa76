/** Numbers in any nesting; null for what is undefined. */
export type Numbers = number | null | readonly Numbers[]

/** A record: what was compared, and what is wrong with it. */
export interface Verdict {
  readonly name: string
  readonly problem?: string
}

const flat = (value: Numbers): (number | null)[] => (Array.isArray(value) ? (value as Numbers[]).flatMap(flat) : [value as number | null])
const isNumbers = (value: unknown): value is Numbers =>
  Array.isArray(value) ? value.every(isNumbers) : value === null || Number.isFinite(value)
/** '[[,],[,]]' for two rows of two. */
const shapeOf = (value: Numbers): string => (Array.isArray(value) ? `[${(value as Numbers[]).map(shapeOf).join()}]` : '')

/** ‖ours − theirs‖ ≤ atol + rtol·‖theirs‖; what is undefined must be so on both sides. @returns what is wrong */
export function difference(ours: Numbers | undefined, theirs: unknown, { atol, rtol }: { atol: number; rtol: number }): string | undefined {
  if (ours === undefined) return 'is not computed'
  if (!isNumbers(theirs)) return `is to be compared with what are no finite numbers: ${JSON.stringify(theirs)}`
  if (!(Number.isFinite(atol) && Number.isFinite(rtol) && atol >= 0 && rtol >= 0)) return `has no tolerance: ${atol} and ${rtol}`
  if (shapeOf(ours) !== shapeOf(theirs)) return `is ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`
  const [a, b] = [flat(ours), flat(theirs)]
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
