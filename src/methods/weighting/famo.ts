import type { Json } from '../../base/json'
import { number, perTaskNumber } from '../../base/options'
import type { MethodDefinition } from '../method'
import { presentTasks } from '../presence'
import { softmax, weighted } from './lossMethod'
import { TaskAdam } from './taskAdam'

/** Above its least value, a loss counts as at least this. */
const leastGap = 1e-8

/**
 * Liu et al. 2023, algorithm 1: minimises Σ (z_i/c) log(L_i − b_i), z = softmax(logits), c = Σ z/(L − b) held constant; after the
 * update the logits go along the change of the log losses, δ = log L − log L', by Adam with gradient zᵀ-VJP of δ.
 * Tasks that are absent keep their logits.
 */
export const famo: MethodDefinition = {
  kind: 'famo',
  doc: 'Lets all losses fall at the same relative rate without any task’s gradient (Liu et al. 2023): for many tasks, where T backward passes cost too much. One backward pass, and one more forward pass after the update.',
  notWhen: 'A loss can fall below `minLosses`; or batches are small, as the weights follow the change of one batch’s losses.',
  paper: 'Liu et al. 2023, FAMO: Fast Adaptive Multitask Optimization, NeurIPS, arXiv:2306.03792',
  gainOn: 'NYUv2, Cityscapes, QM9 and CelebA',
  example: 'weighting: famo()',
  formula: 'Σ (z_i/c) log(L_i − b_i), z = softmax(logits), c = Σ z/(L − b)',
  scale: 'mean',
  heads: 'weighted',
  positional: [],
  options: {
    learningRate: number('Step size of the logits.', { default: 0.025, above: 0, max: 10 }),
    weightDecay: number('Pull of the logits towards equal weights.', { default: 1e-3, min: 0, max: 10 }),
    minLosses: perTaskNumber('Least value that each loss can reach; 0 when not given.'),
  },
  needs: ['losses', 'lossesAfterStep'],
  create({ tasks, options }) {
    const logits = new TaskAdam(tasks.length, options.learningRate as number, options.weightDecay as number)
    const least = tasks.map(task => (options.minLosses as Readonly<Record<string, number>> | undefined)?.[task] ?? 0)
    const gap = (loss: number, task: number) => Math.max(leastGap, loss - least[task]!)
    const shares = (here: readonly number[]) => softmax(here.map(i => logits.values[i]!))
    let details: Readonly<Record<string, Json>> = {}
    return {
      weights: ({ present, losses }) =>
        weighted(present, losses!, (given, here) => {
          const z = shares(here)
          const ratios = given.map((loss, k) => z[k]! / gap(loss, here[k]!))
          const c = ratios.reduce((a, b) => a + b, 0)
          const weights = ratios.map(ratio => ratio / c)
          details = { softmaxBefore: z, derivativeWrtLosses: weights }
          return weights
        }),
      afterUpdate(before, after, present) {
        const here = presentTasks(present)
        const z = shares(here)
        const change = here.map(i => Math.log(gap(before[i]!, i)) - Math.log(gap(after[i]!, i)))
        const mean = change.reduce((sum, value, k) => sum + z[k]! * value, 0)
        const gradients = new Float64Array(present.length)
        here.forEach((i, k) => (gradients[i] = z[k]! * (change[k]! - mean)))
        logits.step(gradients, present)
        details = { ...details, logitsAfter: [...logits.values] }
      },
      details: () => details,
      state: () => logits.toJson(),
      restore: saved => logits.restore(saved),
    }
  },
}
