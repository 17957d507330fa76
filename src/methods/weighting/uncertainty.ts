import { number } from '../../base/options'
import type { MethodDefinition } from '../method'

/**
 * Kendall, Gal & Cipolla 2018, eq. 10 in its common stable form: Σ ½e^{-s}L + ½s with a learnt log variance s per task,
 * s₀ = 0. As in published code, s is a parameter under Adam; its gradient is ½ − ½e^{-s}L. An absent task's s does not move.
 */
export const uncertainty: MethodDefinition = {
  kind: 'uncertainty',
  doc: 'Weights each loss by a learnt uncertainty of its task (Kendall et al. 2018). For losses of different scale, such as classes beside numbers; one backward pass.',
  example: 'weighting: uncertainty()',
  positional: [],
  options: { learningRate: number('Step size of the learnt log variances; the optimizer’s own when not given.', { above: 0 }) },
  needs: 'nothing',
  create({ tasks, options, learningRate }) {
    const rate = (options.learningRate as number | undefined) ?? learningRate
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]
    let state: State = { s: tasks.map(() => 0), m: tasks.map(() => 0), v: tasks.map(() => 0), steps: tasks.map(() => 0) }
    return {
      weights({ present }) {
        const shared = Float64Array.from(present, (here, i) => (here ? 0.5 * Math.exp(-state.s[i]!) : 0))
        return { shared, heads: shared }
      },
      afterStep(losses, present) {
        present.forEach((here, i) => {
          if (!here || !Number.isFinite(losses[i])) return
          const gradient = 0.5 - 0.5 * Math.exp(-state.s[i]!) * losses[i]!
          const step = ++state.steps[i]!
          state.m[i] = beta1 * state.m[i]! + (1 - beta1) * gradient
          state.v[i] = beta2 * state.v[i]! + (1 - beta2) * gradient * gradient
          const mean = state.m[i] / (1 - beta1 ** step)
          const deviation = Math.sqrt(state.v[i] / (1 - beta2 ** step))
          state.s[i]! -= (rate * mean) / (deviation + epsilon)
        })
      },
      state: () => copyOf(state),
      restore: saved => void (state = copyOf(saved as unknown as State)),
    }
  },
}

type State = {
  s: number[]
  m: number[]
  v: number[]
  steps: number[]
}

const copyOf = ({ s, m, v, steps }: State): State => ({ s: [...s], m: [...m], v: [...v], steps: [...steps] })
