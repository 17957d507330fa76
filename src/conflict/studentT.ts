/** P(T ≤ t) of Student's t with `freedom` degrees of freedom. */
export function studentTProbability(t: number, freedom: number): number {
  const tail = 0.5 * incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
  return t > 0 ? 1 - tail : tail
}

/** The t with P(T ≤ t) = p, by bisection to 1e-10. @param p in (0, 1) */
export function studentTQuantile(p: number, freedom: number): number {
  if (p < 0.5) return -studentTQuantile(1 - p, freedom)
  let high = 1
  while (studentTProbability(high, freedom) < p && high < 1e12) high *= 2
  let low = 0
  while (high - low > 1e-10 * Math.max(1, high)) {
    const middle = (low + high) / 2
    if (studentTProbability(middle, freedom) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (Abramowitz & Stegun 26.5.8, evaluated after Lentz 1976). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast for x < (a+1)/(a+b+2); beyond, the symmetry I_x(a, b) = 1 − I_{1−x}(b, a) leads there.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
  const tiny = 1e-300
  let c = 1
  let d = 1 / Math.max(tiny, 1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m < 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    let change = 1
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d || tiny)
      c = 1 + term / c || tiny
      change *= d * c
    }
    value *= change
    if (Math.abs(change - 1) < 1e-15) break
  }
  return front * value
}

/** log Γ(x) for x > 0 by Lanczos' approximation (g = 7, nine terms), relative error below 1e-14. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const z = x - 1
  const sum = lanczos.reduce((total, coefficient, i) => total + (i === 0 ? coefficient : coefficient / (z + i)), 0)
  const t = z + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum)
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
