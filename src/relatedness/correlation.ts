/** Rows with both values. */
function* both(a: ArrayLike<number>, b: ArrayLike<number>): Generator<readonly [number, number]> {
  for (let i = 0; i < a.length; i++) if (a[i] === a[i] && b[i] === b[i]) yield [a[i]!, b[i]!]
}

/** Pearson's correlation. @param a, b of the same rows, NaN where missing  @returns null where one of them does not vary */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  let [n, meanA, meanB, aa, bb, ab] = [0, 0, 0, 0, 0, 0]
  for (const [x, y] of both(a, b)) {
    n++
    const [dx, dy] = [x - meanA, y - meanB]
    meanA += dx / n
    meanB += dy / n
    aa += dx * (x - meanA)
    bb += dy * (y - meanB)
    ab += dx * (y - meanB)
  }
  return aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : null
}

/**
 * Correlation ratio η (Pearson 1905): root of the share of a number's variance that lies between the classes.
 * @param classes indices, NaN where missing  @returns null where the number does not vary or one class is all there is
 */
export function correlationRatio(classes: ArrayLike<number>, numbers: ArrayLike<number>): number | null {
  const groups = new Map<number, { n: number; sum: number }>()
  let [n, mean, total] = [0, 0, 0]
  for (const [group, value] of both(classes, numbers)) {
    n++
    const step = value - mean
    mean += step / n
    total += step * (value - mean)
    const found = groups.get(group) ?? { n: 0, sum: 0 }
    groups.set(group, { n: found.n + 1, sum: found.sum + value })
  }
  if (groups.size < 2 || !(total > 0)) return null
  let between = 0
  for (const group of groups.values()) between += group.n * (group.sum / group.n - mean) ** 2
  return Math.min(1, Math.sqrt(between / total))
}
