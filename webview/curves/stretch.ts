/** A stretch of the axis, from its lower to its upper end. */
export type Stretch = readonly [number, number]

/** As close as one can look: a hundred thousandth of everything. */
const closest = 1e-5

/** @param factor below 1 looks closer  @param at the place that stays where it is  @returns null where everything is shown then */
export function zoomed([low, high]: Stretch, whole: Stretch, at: number, factor: number): Stretch | null {
  const width = Math.max((high - low) * factor, (whole[1] - whole[0]) * closest)
  const share = high > low ? (at - low) / (high - low) : 0.5
  return within([at - share * width, at + (1 - share) * width], whole)
}

/** @param share of the stretch to move by, to the right where it is positive */
export const moved = ([low, high]: Stretch, whole: Stretch, share: number): Stretch | null =>
  within([low + share * (high - low), high + share * (high - low)], whole)

/** Pushed back to where something is. */
function within([low, high]: Stretch, whole: Stretch): Stretch | null {
  const width = high - low
  if (!(width < whole[1] - whole[0])) return null
  const start = Math.min(Math.max(low, whole[0]), whole[1] - width)
  return [start, start + width]
}
