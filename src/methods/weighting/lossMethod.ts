import type { StepAnswer } from '../method'
import { presentTasks, scattered } from '../presence'

/** Losses below this are taken for it where a method divides by a loss or takes its logarithm. */
export const leastLoss = 1e-12

/** Weights on the tasks in the batch, for trunk and heads alike. @param weigh gets the losses of these tasks and their indices */
export function weighted(
  present: readonly boolean[],
  losses: ArrayLike<number>,
  weigh: (losses: number[], tasks: readonly number[]) => ArrayLike<number>,
): StepAnswer {
  const tasks = presentTasks(present)
  const given = tasks.map(i => losses[i]!)
  const shared = scattered(weigh(given, tasks), present.length, tasks)
  return { shared, heads: shared }
}

/** Losses for a method that needs them above zero. */
export function positive(losses: readonly number[], kind: string): { readonly losses: number[]; readonly note?: string } {
  const wrong = losses.some(loss => loss < leastLoss)
  return {
    losses: losses.map(loss => (loss < leastLoss ? leastLoss : loss)),
    ...(wrong && { note: `${kind} needs losses above zero: one was not, and was taken for ${leastLoss}.` }),
  }
}

export function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits)
  const exponentials = logits.map(logit => Math.exp(logit - most))
  const sum = exponentials.reduce((a, b) => a + b, 0)
  return exponentials.map(value => value / sum)
}
