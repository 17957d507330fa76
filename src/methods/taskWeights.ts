import type { Method, StepView } from './method'

/**
 * Applies the tasks' fixed weights (`{ weight: 0.5 }` in the model file) around any method: the method sees the weighted
 * losses w_i·L_i, their gradients and Gram matrices D·G·D, and its answer is scaled back onto the rows of the unweighted J.
 */
export function withTaskWeights(method: Method, taskWeights: readonly number[]): Method {
  if (taskWeights.every(weight => weight === 1)) return method
  const T = taskWeights.length
  const scaled = (values: Float64Array) => values.map((value, i) => value * taskWeights[i]!)
  const scaledGram = (gram: Float64Array) => gram.map((value, k) => value * taskWeights[Math.floor(k / T)]! * taskWeights[k % T]!)
  return {
    ...method,
    weights(step: StepView) {
      const { losses, gram, layers, rows } = step
      const answer = method.weights({
        ...step,
        ...(losses && { losses: scaled(losses) }),
        ...(gram && { gram: scaledGram(gram) }),
        ...(layers && { layers: layers.map(scaledGram) }),
        ...(rows && { rows: rows.map((row, i) => (taskWeights[i] === 1 ? row : row.map(value => value * taskWeights[i]!))) }),
      })
      return {
        ...answer,
        shared: scaled(answer.shared),
        heads: answer.heads ? scaled(answer.heads) : Float64Array.from(taskWeights),
        ...(answer.layers && { layers: answer.layers.map(scaled) }),
      }
    },
    ...(method.afterStep && { afterStep: (losses, present) => method.afterStep!(scaled(losses), present) }),
    ...(method.afterUpdate && {
      afterUpdate: (before, after, present) => method.afterUpdate!(scaled(before), scaled(after), present),
    }),
    ...(method.epochEnd && { epochEnd: means => method.epochEnd!(scaled(means)) }),
  }
}
