/** A little room above and below; a flat line stands in the middle. */
export function roomFor(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1]
  const room = high > low ? (high - low) * 0.06 : Math.abs(high) * 0.1 || 1
  return [low - room, high + room]
}

/** To the next whole digit of a power of ten, between which uPlot counts its marks: 0.073 … 1.6 becomes 0.07 … 2. */
export function logarithmicRoom(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !(low > 0) || !(high > 0)) return [0.1, 10]
  const digit = (value: number, round: (value: number) => number) => {
    const power = Math.floor(Math.log10(value))
    return Number(`${round(Number((value / 10 ** power).toFixed(6)))}e${power}`)
  }
  const [bottom, top] = [digit(low, Math.floor), digit(high, Math.ceil)]
  const power = Math.floor(Math.log10(low))
  return bottom < top ? [bottom, top] : [Number(`1e${power}`), Number(`1e${power + 1}`)]
}
