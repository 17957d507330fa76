import { solvePositiveDefinite } from './cholesky'

/**
 * argmin ½ xᵀA x − bᵀx over x ≥ 0, exactly: the active-set method of Lawson & Hanson 1974, chapter 23, on the normal equations.
 * A is a Gram matrix with ones on its diagonal, singular or not; b must lie in its range.
 * @param a n×n, row-major
 */
export function nonNegativeMinimum(a: Float64Array, b: Float64Array, n: number): Float64Array {
  let x: Float64Array = new Float64Array(n)
  let active: number[] = []
  // Entries that turned out to depend on the active ones; they are tried again once the set has changed.
  const refused = new Set<number>()
  for (let round = 0; round < 10 * n + 10; round++) {
    const next = steepest(a, b, n, x, i => active.includes(i) || refused.has(i))
    if (next === null) break
    const tried = [...active, next]
    let z = restricted(a, b, n, tried)
    if (z === null || z[next]! <= 0) {
      refused.add(next)
      continue
    }
    active = tried
    // Goes towards z as far as all entries stay non-negative, and leaves behind those that reach zero.
    while (z !== null && active.some(i => z![i]! <= 0)) {
      const reach = Math.min(...active.filter(i => z![i]! <= 0).map(i => x[i]! / (x[i]! - z![i]!)))
      const stops = active.filter(i => z![i]! <= 0 && x[i]! / (x[i]! - z![i]!) <= reach)
      x = x.map((value, i) => (stops.includes(i) ? 0 : value + reach * (z![i]! - value)))
      active = active.filter(i => !stops.includes(i))
      z = restricted(a, b, n, active)
    }
    if (z === null) break
    x = z
    refused.clear()
  }
  return x
}

/** The entry along which the objective falls fastest; null where it falls along none by more than rounding. */
function steepest(a: Float64Array, b: Float64Array, n: number, x: Float64Array, out: (i: number) => boolean): number | null {
  let [best, found] = [0, null as number | null]
  for (let i = 0; i < n; i++) {
    if (out(i)) continue
    let [residual, size] = [b[i]!, Math.abs(b[i]!)]
    for (let j = 0; j < n; j++) {
      residual -= a[i * n + j]! * x[j]!
      size += Math.abs(a[i * n + j]! * x[j]!)
    }
    if (residual > 4 * Number.EPSILON * size && residual > best) [best, found] = [residual, i]
  }
  return found
}

/** The minimum where only the given entries may differ from zero, of any sign; null where they depend on each other. */
function restricted(a: Float64Array, b: Float64Array, n: number, entries: readonly number[]): Float64Array | null {
  const m = entries.length
  const part = Float64Array.from({ length: m * m }, (_, k) => a[entries[Math.floor(k / m)]! * n + entries[k % m]!]!)
  const solution = solvePositiveDefinite(
    part,
    Float64Array.from(entries, i => b[i]!),
    m,
  )
  if (solution === null) return null
  const x = new Float64Array(n)
  entries.forEach((i, k) => (x[i] = solution[k]!))
  return x
}
