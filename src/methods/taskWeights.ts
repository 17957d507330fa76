import type { Method, StepView } from './method'

/**
 * Applies the tasks' fixed weights (`{ weight: 0.5 }` in the model file) around any method: the method sees the weighted
 * losses w_i·L_i and their Gram matrix D·G·D, and its answer is scaled back onto the rows of the unweighted J.
 */
export function withTaskWeights(method: Method, taskWeights: readonly number[]): Method {
  if (taskWeights.every(weight => weight === 1)) return method
  const T = taskWeights.length
  const scaled = (values: Float64Array) => values.map((value, i) => value * taskWeights[i]!)
  return {
    weights(step: StepView) {
      const gram = step.gram?.map((value, k) => value * taskWeights[Math.floor(k / T)]! * taskWeights[k % T]!)
      const { shared, heads } = method.weights(gram ? { ...step, gram } : step)
      return { shared: scaled(shared), heads: heads ? scaled(heads) : Float64Array.from(taskWeights) }
    },
    afterStep: method.afterStep && ((losses, present) => method.afterStep!(scaled(losses), present)),
    state: () => method.state(),
    restore: state => method.restore(state),
  }
}
