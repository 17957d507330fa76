/**
 * Writes numbers of one kind (the mean over seeds, its deviation, the seeds' own) with as many places as show four significant digits
 * of a typical one, so that they stand under each other and a deviation is not told more exactly than its mean.
 */
export function numbersLike(typical: number): (value: number) => string {
  const size = Math.abs(typical)
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value => value.toExponential(3).replace('e+', 'e')
  const places = size === 0 ? 4 : Math.max(0, 3 - Math.floor(Math.log10(size)))
  return value => value.toFixed(places)
}
