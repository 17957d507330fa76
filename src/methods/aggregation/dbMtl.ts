import { number } from '../../base/options'
import { stateless, type MethodDefinition } from '../method'
import { presentTasks, scattered } from '../presence'
import { leastLoss } from '../weighting/lossMethod'
import { squareOf, TrackedRows, zeros } from './trackedRows'

/**
 * Lin et al. 2023 (Dual-Balancing): gradients of log L_i, their moving averages y ← βy + (1−β)g, each scaled to the largest norm
 * among them, and added. Heads get the gradient of their task's log loss. A zero average stays zero.
 */
export const dbMtl: MethodDefinition = {
  kind: 'dbMtl',
  doc: 'Balances the losses by their logarithm and the gradients by their length (Lin et al. 2023): for tasks whose losses differ in scale and speed. One trunk backward pass per task, and a moving average of all task gradients in memory.',
  notWhen:
    'A loss can reach 0, where its logarithm has no bound; or the trunk is large, as it keeps a row per task; or there are few steps, or large ones: the average stands 1/(1 − `beta`) steps behind the weights, so that tasks circle about their best until the learning rate or `beta` is lower.',
  paper: 'Lin et al. 2023, Dual-Balancing for Multi-Task Learning, arXiv:2308.12029',
  gainOn: 'NYUv2, Cityscapes, Office-31 and others',
  example: 'weighting: dbMtl()',
  formula: 'y_i ← βy_i + (1−β)∇log L_i; d = Σ max‖y‖·y_i/‖y_i‖',
  scale: 'sum',
  heads: 'weighted',
  positional: [],
  options: { beta: number('Share of the past in the moving average.', { default: 0.9, min: 0, below: 1 }) },
  needs: ['rows'],
  create({ tasks: names, options }) {
    const beta = options.beta as number
    const averages = new TrackedRows('average', names)
    let norms: number[] = []
    return {
      weights({ present, rows, losses }) {
        const tasks = presentTasks(present)
        const small = tasks.some(i => losses![i]! < leastLoss)
        const factors = tasks.map(i => 1 / Math.max(leastLoss, losses![i]!))
        norms = tasks.map((i, k) => {
          const [average, row] = [averages.of(i, rows![i]!), rows![i]!]
          for (let p = 0; p < row.length; p++) average[p] = beta * average[p]! + (1 - beta) * factors[k]! * row[p]!
          return Math.sqrt(squareOf(average))
        })
        const largest = Math.max(0, ...norms)
        const scales = norms.map(norm => (norm > 0 ? largest / norm : 0))
        const direction = zeros(rows![0]!)
        tasks.forEach((i, k) => {
          const average = averages.of(i, rows![i]!)
          for (let p = 0; p < direction.length; p++) direction[p]! += scales[k]! * average[p]!
        })
        return {
          shared: scattered(
            scales.map((scale, k) => scale * factors[k]!),
            present.length,
            tasks,
          ),
          heads: scattered(factors, present.length, tasks),
          direction,
          ...(small && { note: `dbMtl takes the logarithm of the losses: one was below ${leastLoss}, and was taken for that.` }),
        }
      },
      details: () => ({ rowNormsOfAverage: norms }),
      ...stateless,
      slots: () => averages.slots(),
      restoreSlots: slots => averages.restoreSlots(slots),
    }
  },
}
