/**
 * What one layer gives for some rows, as CKA wants it: centred features, and of each row the squared length.
 */
interface Centred {
  /** [rows, features], row by row. */
  readonly values: Float64Array
  readonly features: number
  readonly squares: Float64Array
}

/**
 * Linear CKA: how alike two layers represent the same rows, whatever rotation and scale (Kornblith et al. 2019, section 3):
 * ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) in Frobenius norms of centred features. Each of the three is taken without its bias, as the unbiased
 * estimator of HSIC has it (Song et al. 2012, equation 5; Székely & Rizzo 2014): plain CKA goes to 1 for any two layers that have
 * more features than there are rows, and validation splits are small. 1 for equal representations, about 0 for unrelated ones.
 * @param x [rows, features] row by row  @param y [rows, any number of features]  @param rows 4 or more
 * @returns null where a layer gives the same for every row, or there are too few rows
 */
export function linearCka(x: ArrayLike<number>, y: ArrayLike<number>, rows: number): number | null {
  if (rows < 4) return null
  const [a, b] = [centred(x, rows), centred(y, rows)]
  const [own, other] = [unbiased(a, a), unbiased(b, b)]
  return own > 0 && other > 0 ? unbiased(a, b) / Math.sqrt(own * other) : null
}

function centred(given: ArrayLike<number>, rows: number): Centred {
  const features = given.length / rows
  const values = Float64Array.from(given)
  for (let f = 0; f < features; f++) {
    let sum = 0
    for (let k = f; k < values.length; k += features) sum += values[k]!
    for (let k = f; k < values.length; k += features) values[k]! -= sum / rows
  }
  const squares = new Float64Array(rows)
  for (let k = 0; k < values.length; k++) squares[Math.floor(k / features)]! += values[k]! ** 2
  return { values, features, squares }
}

/** n(n−3) times the unbiased estimator of HSIC with linear kernels, in terms of centred features. */
function unbiased(a: Centred, b: Centred): number {
  const n = a.squares.length
  const [lengths, others] = [sum(a.squares), sum(b.squares)]
  const together = a.squares.reduce((total, square, i) => total + square * b.squares[i]!, 0)
  return crossNorm(a, b) - (n / (n - 2)) * together + (lengths * others) / ((n - 1) * (n - 2))
}

/** ‖AᵀB‖², by features or by rows, whichever are fewer: Σ (AᵀB)² = Σ (AAᵀ)∘(BBᵀ). */
function crossNorm(a: Centred, b: Centred): number {
  const n = a.squares.length
  if (Math.max(a.features, b.features) <= n) {
    const product = new Float64Array(a.features * b.features)
    for (let row = 0; row < n; row++) {
      const other = b.values.subarray(row * b.features, (row + 1) * b.features)
      for (let f = 0; f < a.features; f++) {
        const value = a.values[row * a.features + f]!
        if (value === 0) continue
        const into = f * b.features
        for (let g = 0; g < b.features; g++) product[into + g]! += value * other[g]!
      }
    }
    return product.reduce((total, value) => total + value * value, 0)
  }
  let total = 0
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) total += (i === j ? 1 : 2) * dot(a, i, j) * (a === b ? dot(a, i, j) : dot(b, i, j))
  return total
}

function dot({ values, features }: Centred, i: number, j: number): number {
  let total = 0
  for (let f = 0, [p, q] = [i * features, j * features]; f < features; f++) total += values[p + f]! * values[q + f]!
  return total
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

/** Rows of a layer with so many features that are enough: their products take about a second at the most. */
export const rowsEnough = (features: number): number => Math.min(4096, Math.max(128, Math.floor(Math.sqrt(2 ** 30 / features))))
