import { number } from '../../base/options'
import type { MethodDefinition } from '../method'
import { TaskAdam } from './taskAdam'

/** Liu et al. 2021 (IMTL), eq. 10: Σ e^s L − s with a learnt s per task, s₀ = 0, under Adam; it settles where e^s L = 1. */
export const imtlL: MethodDefinition = {
  kind: 'imtlL',
  doc: 'Learns a scale for each loss that makes all of them equally large (Liu et al. 2021): for losses of different scale. One backward pass.',
  notWhen: 'A loss comes near 0: its scale has no upper bound.',
  paper: 'Liu et al. 2021, Towards Impartial Multi-task Learning, ICLR',
  gainOn: 'Cityscapes, NYUv2 and CelebA',
  example: 'weighting: imtlL()',
  formula: 'Σ e^(s_i) L_i − s_i, s learnt',
  scale: 'own',
  heads: 'weighted',
  positional: [],
  options: { learningRate: number('Step size of the learnt scales; the optimizer’s own when not given.', { above: 0, max: 10 }) },
  needs: [],
  create({ tasks, options, learningRate }) {
    const scales = new TaskAdam(tasks.length, (options.learningRate as number | undefined) ?? learningRate)
    let details = {}
    return {
      weights({ present }) {
        const shared = Float64Array.from(present, (here, i) => (here ? Math.exp(scales.values[i]!) : 0))
        return { shared, heads: shared }
      },
      afterStep(losses, present) {
        const s = scales.values
        const derivative = s.map((value, i) => Math.exp(value) * losses[i]! - 1)
        const value = s.reduce((sum, value, i) => (present[i] ? sum + Math.exp(value) * losses[i]! - value : sum), 0)
        details = { value, derivativeWrtS: derivative, optimalS: s.map((_, i) => -Math.log(losses[i]!)) }
        scales.step(derivative, present)
      },
      details: () => details,
      state: () => scales.toJson(),
      restore: saved => scales.restore(saved),
    }
  },
}
