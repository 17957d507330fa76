import type { StepAnswer } from '../method'
import { presentTasks, scattered } from '../presence'

/**
 * Losses below this are taken for it where a method divides by a loss or takes its logarithm. A cross-entropy in float32 falls from
 * some 1e-8 to exactly 0, where its gradient is what rounding leaves: a larger factor would make that noise the whole step.
 */
export const leastLoss = 1e-8

/** Gets the losses of the tasks in the batch, and the indices of these tasks. */
type Weigh = (losses: number[], tasks: readonly number[]) => ArrayLike<number>

/** Weights on the tasks in the batch, for trunk and heads alike. */
export function weighted(present: readonly boolean[], losses: ArrayLike<number>, weigh: Weigh): StepAnswer {
  const tasks = presentTasks(present)
  const given = tasks.map(i => losses[i]!)
  const shared = scattered(weigh(given, tasks), present.length, tasks)
  return { shared, heads: shared }
}

/** The same for a method that needs losses above zero: one that is not is taken for `leastLoss`, with a note. */
export function weightedAboveZero(kind: string, present: readonly boolean[], losses: ArrayLike<number>, weigh: Weigh): StepAnswer {
  const wrong = presentTasks(present).some(i => losses[i]! < leastLoss)
  const answer = weighted(present, losses, (given, tasks) =>
    weigh(
      given.map(loss => (loss < leastLoss ? leastLoss : loss)),
      tasks,
    ),
  )
  return { ...answer, ...(wrong && { note: `${kind} needs losses above zero: one was not, and was taken for ${leastLoss}.` }) }
}

export function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits)
  const exponentials = logits.map(logit => Math.exp(logit - most))
  const sum = exponentials.reduce((a, b) => a + b, 0)
  return exponentials.map(value => value / sum)
}
