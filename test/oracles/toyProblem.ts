/** The two-task toy problem of CAGrad (Liu et al. 2021, appendix) and Nash-MTL. */
export type Point = readonly [number, number]

export interface ToyValues {
  readonly losses: Point
  /** ∇f₁ and ∇f₂. */
  readonly gradients: readonly [Point, Point]
}

const least = 5e-6

/** The five starts of the published pictures. */
export const starts: readonly Point[] = [
  [-8.5, 7.5],
  [0, 0],
  [9, 9],
  [-7.5, -0.5],
  [9, -1],
]

/**
 * f = c₁(ln max(|z|, 5e-6) + 6) + c₂(quadratic − 20) with c₁ = max(tanh(x₂/2), 0), c₂ = max(tanh(−x₂/2), 0). At x₂ = 0 both branches
 * count, as automatic differentiation with clamp has it.
 * @param scale factor on the first function
 */
export function toyProblem([x1, x2]: Point, scale: number): ToyValues {
  const half = Math.tanh(x2 / 2)
  const slope = 0.5 * (1 - half * half)
  const [c1, c2] = [Math.max(half, 0), Math.max(-half, 0)]
  const [dc1, dc2] = [half >= 0 ? slope : 0, half <= 0 ? -slope : 0]
  const bend = 1 - Math.tanh(x2) ** 2
  const part = (z: number, dz: Point, centre: number): { value: number; gradient: Point } => {
    const log = Math.log(Math.max(Math.abs(z), least)) + 6
    const inner = Math.abs(z) >= least ? 1 / z : 0
    const bowl = ((x1 - centre) ** 2 + 0.1 * (x2 + 8) ** 2) / 10 - 20
    return {
      value: c1 * log + c2 * bowl,
      gradient: [
        c1 * inner * dz[0] + (c2 * 2 * (x1 - centre)) / 10,
        dc1 * log + c1 * inner * dz[1] + dc2 * bowl + (c2 * 0.2 * (x2 + 8)) / 10,
      ],
    }
  }
  const first = part(0.5 * (-x1 - 7) + Math.tanh(x2), [-0.5, bend], 7)
  const second = part(0.5 * (3 - x1) - Math.tanh(x2) + 2, [-0.5, -bend], -7)
  return {
    losses: [scale * first.value, second.value],
    gradients: [[scale * first.gradient[0], scale * first.gradient[1]], second.gradient],
  }
}
