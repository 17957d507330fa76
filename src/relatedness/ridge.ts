/** A linear map with intercept: ŷ = means + (x − centre)/scale · weights. */
export interface LinearModel {
  readonly centre: Float64Array
  readonly scale: Float64Array
  /** [inputs, outputs] */
  readonly weights: Float64Array
  readonly means: Float64Array
  readonly outputs: number
}

/** Rows of numbers, row-major. */
export interface Matrix {
  readonly values: ArrayLike<number>
  readonly rows: number
  readonly width: number
}

/**
 * Ridge regression in closed form (Hoerl & Kennard 1970): W = (XᵀX/n + λI)⁻¹ XᵀY/n over standardised inputs and centred targets; the
 * intercept is not shrunk. One Cholesky factorisation for all outputs of a λ.
 * @param lambdas above 0  @returns one model per λ
 */
export function ridge(x: Matrix, y: Matrix, lambdas: readonly number[]): LinearModel[] {
  const { rows: n, width: d } = x
  const k = y.width
  const { centre, scale } = moments(x)
  const means = new Float64Array(k)
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) means[j]! += y.values[i * k + j]! / n
  const gram = new Float64Array(d * d)
  const cross = new Float64Array(d * k)
  const row = new Float64Array(d)
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < d; a++) row[a] = (x.values[i * d + a]! - centre[a]!) / scale[a]!
    for (let a = 0; a < d; a++) {
      const value = row[a]! / n
      if (value === 0) continue
      for (let b = 0; b <= a; b++) gram[a * d + b]! += value * row[b]!
      for (let j = 0; j < k; j++) cross[a * k + j]! += value * (y.values[i * k + j]! - means[j]!)
    }
  }
  return lambdas.map(lambda => ({ centre, scale, means, outputs: k, weights: solve(gram, cross, d, k, lambda) }))
}

function moments({ values, rows, width }: Matrix): { centre: Float64Array; scale: Float64Array } {
  const centre = new Float64Array(width)
  const scale = new Float64Array(width)
  for (let i = 0; i < rows; i++) for (let a = 0; a < width; a++) centre[a]! += values[i * width + a]! / rows
  for (let i = 0; i < rows; i++) for (let a = 0; a < width; a++) scale[a]! += (values[i * width + a]! - centre[a]!) ** 2 / rows
  return { centre, scale: scale.map(variance => Math.sqrt(variance) || 1) }
}

/** @param gram its lower triangle  @returns (G + λI)⁻¹ C */
function solve(gram: Float64Array, cross: Float64Array, d: number, k: number, lambda: number): Float64Array {
  const l = Float64Array.from(gram)
  for (let i = 0; i < d; i++) l[i * d + i]! += lambda
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = l[i * d + j]!
      for (let m = 0; m < j; m++) sum -= l[i * d + m]! * l[j * d + m]!
      l[i * d + j] = i === j ? Math.sqrt(sum) : sum / l[j * d + j]!
    }
  }
  const out = Float64Array.from(cross)
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < d; i++) {
      for (let m = 0; m < i; m++) out[i * k + j]! -= l[i * d + m]! * out[m * k + j]!
      out[i * k + j]! /= l[i * d + i]!
    }
    for (let i = d - 1; i >= 0; i--) {
      for (let m = i + 1; m < d; m++) out[i * k + j]! -= l[m * d + i]! * out[m * k + j]!
      out[i * k + j]! /= l[i * d + i]!
    }
  }
  return out
}

/** @returns [rows, outputs] */
export function predictLinear({ centre, scale, weights, means, outputs }: LinearModel, { values, rows, width }: Matrix): Matrix {
  const out = new Float64Array(rows * outputs)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < outputs; j++) out[i * outputs + j] = means[j]!
    for (let a = 0; a < width; a++) {
      const value = (values[i * width + a]! - centre[a]!) / scale[a]!
      if (value !== 0) for (let j = 0; j < outputs; j++) out[i * outputs + j]! += value * weights[a * outputs + j]!
    }
  }
  return { values: out, rows, width: outputs }
}

/** Share of the targets' variance around the model's own means that the model explains: 1 is perfect, 0 no better than the mean. */
export function explained(model: LinearModel, x: Matrix, y: Matrix): number | null {
  const { values } = predictLinear(model, x)
  let [error, total] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    error += (y.values[i]! - values[i]!) ** 2
    total += (y.values[i]! - model.means[i % y.width]!) ** 2
  }
  return total > 0 ? 1 - error / total : null
}
