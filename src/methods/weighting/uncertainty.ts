import { number } from '../../base/options'
import type { MethodDefinition } from '../method'
import { TaskAdam } from './taskAdam'

/**
 * Kendall, Gal & Cipolla 2018, eq. 10 in its common stable form: Σ ½e^{-s}L + ½s with a learnt log variance s per task,
 * s₀ = 0. As in published code, s is a parameter under Adam; its gradient is ½ − ½e^{-s}L. An absent task's s does not move.
 */
export const uncertainty: MethodDefinition = {
  kind: 'uncertainty',
  doc: 'Weights each loss by a learnt uncertainty of its task (Kendall et al. 2018): for losses of different scale, such as classes beside numbers. One backward pass.',
  notWhen: 'A loss comes near 0, as in overfitting: its weight has no upper bound.',
  paper:
    'Kendall, Gal & Cipolla 2018, Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics, CVPR, arXiv:1705.07115',
  gainOn: 'Cityscapes',
  example: 'weighting: uncertainty()',
  formula: 'Σ ½e^(−s_i) L_i + ½s_i, s learnt',
  scale: 'own',
  heads: 'weighted',
  positional: [],
  options: { learningRate: number('Step size of the learnt log variances; the optimizer’s own when not given.', { above: 0, max: 10 }) },
  needs: [],
  create({ tasks, options, learningRate }) {
    const variances = new TaskAdam(tasks.length, (options.learningRate as number | undefined) ?? learningRate)
    let details = {}
    return {
      weights({ present }) {
        const shared = Float64Array.from(present, (here, i) => (here ? 0.5 * Math.exp(-variances.values[i]!) : 0))
        return { shared, heads: shared }
      },
      afterStep(losses, present) {
        const s = variances.values
        const derivative = s.map((value, i) => 0.5 - 0.5 * Math.exp(-value) * losses[i]!)
        const value = s.reduce((sum, value, i) => (present[i] ? sum + 0.5 * Math.exp(-value) * losses[i]! + 0.5 * value : sum), 0)
        details = { value, derivativeWrtS: derivative }
        variances.step(derivative, present)
      },
      details: () => details,
      state: () => variances.toJson(),
      restore: saved => variances.restore(saved),
    }
  },
}
