import type { Json } from '../../base/json'
import { number } from '../../base/options'
import type { MethodDefinition } from '../method'
import { presentTasks } from '../presence'
import { weighted } from './lossMethod'
import { TaskAdam } from './taskAdam'

/**
 * Xiao et al. 2025, the released trainer's form: w = sigmoid(logits), Σ w_i L_i / Σw with the denominator held constant, plus
 * penalty·Σ|w_i L_i − w_{i+1} L_{i+1}| over neighbours in the order of the tasks; logits are learnt with Adam from 0. Neighbours are
 * those of the tasks in the batch.
 */
export const ldcMtl: MethodDefinition = {
  kind: 'ldcMtl',
  doc: 'Learns weights that keep the weighted losses of neighbouring tasks alike (Xiao et al. 2025): for many tasks, as it needs no gradients of each. One backward pass; the order of the tasks matters.',
  notWhen: 'The losses have different units, or should differ: it pulls their values together.',
  paper: 'Xiao et al. 2025, LDC-MTL: Balancing Multi-Task Learning through Scalable Loss Discrepancy Control, arXiv:2502.08585',
  gainOn: 'CelebA, QM9, Cityscapes and NYUv2',
  example: 'weighting: ldcMtl({ penalty: 0.1 })',
  formula: 'Σ w_i L_i / Σw + penalty·Σ|w_i L_i − w_{i+1} L_{i+1}|, w = sigmoid(logits)',
  scale: 'mean',
  heads: 'weighted',
  positional: [],
  options: {
    penalty: number('Weight of the discrepancy between neighbours.', { default: 0.1, min: 0, max: 1e6 }),
    learningRate: number('Step size of the logits; the optimizer’s own when not given.', { above: 0, max: 10 }),
  },
  needs: ['losses'],
  create({ tasks, options, learningRate }) {
    const penalty = options.penalty as number
    const logits = new TaskAdam(tasks.length, (options.learningRate as number | undefined) ?? learningRate)
    let details: Readonly<Record<string, Json>> = {}
    const objective = (losses: readonly number[], here: readonly number[]) => {
      const w = here.map(i => 1 / (1 + Math.exp(-logits.values[i]!)))
      const sum = w.reduce((a, b) => a + b, 0)
      const products = w.map((value, k) => value * losses[k]!)
      /** Derivative of the discrepancy by each product. */
      const signs = products.map(
        (product, k) =>
          (k + 1 < products.length ? Math.sign(product - products[k + 1]!) : 0) - (k > 0 ? Math.sign(products[k - 1]! - product) : 0),
      )
      const discrepancy = products.reduce((total, product, k) => (k === 0 ? 0 : total + Math.abs(products[k - 1]! - product)), 0)
      const byProduct = signs.map(sign => 1 / sum + penalty * sign)
      return {
        weights: w.map((value, k) => value * byProduct[k]!),
        byLogit: w.map((value, k) => value * (1 - value) * losses[k]! * byProduct[k]!),
        discrepancy,
        value: products.reduce((a, b) => a + b, 0) / sum + penalty * discrepancy,
      }
    }
    return {
      weights: ({ present, losses }) => weighted(present, losses!, (given, here) => objective(given, here).weights),
      afterStep(losses, present) {
        const here = presentTasks(present)
        const { byLogit, discrepancy, value } = objective(
          here.map(i => losses[i]!),
          here,
        )
        details = { value, discrepancy, derivativeWrtLogits: byLogit }
        const gradients = new Float64Array(present.length)
        here.forEach((i, k) => (gradients[i] = byLogit[k]!))
        logits.step(gradients, present)
      },
      details: () => details,
      state: () => logits.toJson(),
      restore: saved => logits.restore(saved),
    }
  },
}
