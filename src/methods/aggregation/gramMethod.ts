import type { Json } from '../../base/json'
import { stateless, type Method } from '../method'
import { presentTasks, restrictedTo, scattered } from '../presence'

export interface GramAnswer {
  /** On the rows that were given. */
  readonly weights: Float64Array
  readonly note?: string
  readonly details?: Readonly<Record<string, Json>>
}

/**
 * A method without state that goes by the Gram matrix, and perhaps the losses, of the tasks in the batch.
 * @param solve gets n×n and n of them; n may be 1
 */
export function gramMethod(solve: (gram: Float64Array, n: number, losses: Float64Array) => GramAnswer): Method {
  let details: Readonly<Record<string, Json>> = {}
  return {
    weights({ present, gram, losses }) {
      const tasks = presentTasks(present)
      const part = Float64Array.from(tasks, i => losses?.[i] ?? NaN)
      const answer = solve(restrictedTo(gram!, present.length, tasks), tasks.length, part)
      details = answer.details ?? {}
      return { shared: scattered(answer.weights, present.length, tasks), ...(answer.note !== undefined && { note: answer.note }) }
    },
    details: () => details,
    ...stateless,
  }
}

/** wᵀG w = ‖wᵀJ‖² */
export function squaredLength(gram: Float64Array, n: number, w: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += w[i]! * gram[i * n + j]! * w[j]!
  return Math.max(0, sum)
}

export const uniform = (n: number): Float64Array => new Float64Array(n).fill(1 / n)
