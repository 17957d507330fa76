/**
 * Exponential moving average, corrected for its start (Kingma & Ba 2015, section 3): the first value is the first value,
 * not a mean with zero. NaN stays NaN and changes nothing.
 * @param weight of the past, 0 (no smoothing) to below 1
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const result = new Float64Array(values.length)
  let [mean, share] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) {
      result[i] = value
      continue
    }
    mean = weight * mean + (1 - weight) * value
    share = weight * share + (1 - weight)
    result[i] = mean / share
  }
  return result
}

const known = new WeakMap<Float64Array, { readonly weight: number; readonly result: Float64Array }>()

/** `smooth`, kept for the last weight. @param values must not change any more */
export function smoothed(values: Float64Array, weight: number): Float64Array {
  const last = known.get(values)
  if (last?.weight === weight) return last.result
  const result = smooth(values, weight)
  known.set(values, { weight, result })
  return result
}
