import { padded, type Arena } from './arena'
import type { ParameterLayout, Stretch } from './layout'

/**
 * The direction of a whole step, put together before any weight moves: needed where the gradient's norm is limited (Pascanu,
 * Mikolov & Bengio 2013, algorithm 1) or kernels are regularised. Regularisers are added once, after the tasks' gradients
 * were combined: they are no task's, take no part in its weights, and count in the norm.
 */
export class Direction {
  private readonly values: number
  private readonly factor: number
  private readonly square: number

  private constructor(
    private readonly arena: Arena,
    private readonly layout: ParameterLayout,
    private readonly weights: number,
    private readonly clipNorm: number,
  ) {
    this.values = arena.reserve(layout.total)
    this.factor = arena.reserve(4)
    this.square = arena.reserve(4)
  }

  static floats = (layout: ParameterLayout, clipNorm: number): number => (isNeeded(layout, clipNorm) ? padded(layout.total) + 8 : 0)

  /** @param clipNorm Infinity: no limit  @returns null where gradients can be applied piece by piece */
  static for(arena: Arena, layout: ParameterLayout, weights: number, clipNorm: number): Direction | null {
    return isNeeded(layout, clipNorm) ? new Direction(arena, layout, weights, clipNorm) : null
  }

  /** Address of the direction of the parameters from `start` on. */
  at = (start: number): number => this.values + start * 4

  /** Takes a stretch of gradient, times `scale`. */
  take(start: number, n: number, gradient: number, scale: number): void {
    this.arena.floats(this.factor, 1)[0] = scale
    this.arena.kernels.combine(this.at(start), gradient, 0, this.factor, 1, n)
  }

  /** Adds the regularisers' gradients. @returns the factor on the direction that keeps its norm within the limit */
  finish(groups: readonly Stretch[]): number {
    const { arena, layout } = this
    for (const { start, size, l2 } of layout.places)
      if (l2 > 0 && groups.some(g => start >= g.start && start < g.start + g.length))
        arena.kernels.addScaled(this.at(start), this.weights + start * 4, padded(size), 2 * l2)
    if (this.clipNorm === Infinity) return 1
    const square = groups.reduce((sum, { start, length }) => {
      arena.kernels.gram(this.at(start), 0, 1, length, this.square)
      return sum + arena.doubles(this.square, 1)[0]!
    }, 0)
    return Math.min(1, this.clipNorm / Math.sqrt(square))
  }
}

const isNeeded = (layout: ParameterLayout, clipNorm: number): boolean => clipNorm !== Infinity || layout.places.some(({ l2 }) => l2 > 0)
