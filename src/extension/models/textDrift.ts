/** One replacement in a text, in offsets of the text before it. */
export interface TextChange {
  readonly offset: number
  readonly removed: number
  readonly added: number
}

/**
 * Carries a place of an evaluated text over to the text as it has been typed on since, so that hints, lenses and
 * selection stay where they belong while a file is broken.
 * @returns the new place, or undefined where typing destroyed it
 */
export function carryOver<T extends { readonly start: number; readonly end: number }>(
  place: T,
  changes: readonly TextChange[],
): T | undefined {
  let { start, end } = place
  for (const { offset, removed, added } of changes) {
    const changeEnd = offset + removed
    if (offset >= end) continue
    if (changeEnd <= start) {
      start += added - removed
      end += added - removed
    } else if (offset > start && changeEnd < end) {
      end += added - removed
    } else {
      return undefined
    }
  }
  return { ...place, start, end }
}
