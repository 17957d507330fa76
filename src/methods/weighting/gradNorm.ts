import type { Json } from '../../base/json'
import { number } from '../../base/options'
import type { MethodDefinition } from '../method'
import { presentTasks, scattered } from '../presence'

/** Of a weight beside the others' mean: one that a step would take to zero or below stays there. */
const leastWeight = 1e-3

/**
 * Chen et al. 2018, algorithm 1: gradient descent on Σ |w_i‖g_i‖ − Ḡ r_i^α|, the targets held constant, with ‖g_i‖ the norm of the
 * task's gradient by the last layer that all tasks share and r_i = (L_i/L_i(0))/mean; then Σw = T. A weight stays above zero.
 */
export const gradNorm: MethodDefinition = {
  kind: 'gradNorm',
  doc: 'Learns weights that bring the tasks’ gradients to lengths by how fast each task learns (Chen et al. 2018): for tasks that learn at different speed. One trunk backward pass per task.',
  notWhen: 'The first losses say little, as all later ones are compared with them; or `alpha` can’t be tuned.',
  paper:
    'Chen et al. 2018, GradNorm: Gradient Normalization for Adaptive Loss Balancing in Deep Multitask Networks, ICML, arXiv:1711.02257',
  gainOn: 'NYUv2',
  example: 'weighting: gradNorm({ alpha: 1.5 })',
  formula: 'min over w of Σ |w_i‖g_i‖ − Ḡ r_i^α|, r = (L_i/L_i(0))/mean, Σw = T',
  scale: 'sum',
  heads: 'weighted',
  positional: [],
  options: {
    alpha: number('How much slow tasks are favoured; 0 gives all gradients one length.', { default: 1.5, min: 0, max: 100 }),
    learningRate: number('Step size of the weights.', { default: 0.025, above: 0, max: 10 }),
  },
  needs: ['gram'],
  create({ tasks, options }) {
    const { alpha, learningRate } = options as { alpha: number; learningRate: number }
    let state: State = { weights: tasks.map(() => 1), initial: tasks.map(() => null) }
    let details: Readonly<Record<string, Json>> = {}
    return {
      weights({ present, gram, layers, lastShared, losses }) {
        const T = present.length
        const here = presentTasks(present)
        const block = (lastShared === undefined ? undefined : layers?.[lastShared]) ?? gram!
        const norms = here.map(i => Math.sqrt(block[i * T + i]!))
        const shared = scattered(
          here.map(i => state.weights[i]!),
          T,
          here,
        )
        for (const i of here) if (state.initial[i] == null && losses![i]! > 0) state.initial[i] = losses![i]!
        const rates = here.map(i => losses![i]! / (state.initial[i] ?? NaN))
        const step = gradNormStep(
          here.map(i => state.weights[i]!),
          norms,
          rates,
          alpha,
          learningRate,
        )
        details = { ...step }
        if (!step.weightsAfterStep.every(Number.isFinite)) {
          return { shared, heads: shared, note: 'gradNorm needs losses above zero: one was not, and the weights stayed as they are.' }
        }
        const before = here.reduce((sum, i) => sum + state.weights[i]!, 0)
        kept(step.weightsAfterStep, before).forEach((weight, k) => (state.weights[here[k]!] = weight))
        return { shared, heads: shared }
      },
      details: () => details,
      state: () => ({ weights: [...state.weights], initial: [...state.initial] }),
      restore: saved => {
        const { weights, initial } = saved as unknown as State
        state = { weights: [...weights], initial: [...initial] }
      },
    }
  },
}

interface State {
  readonly weights: number[]
  /** Each task's loss in its first step. */
  readonly initial: (number | null)[]
}

/** One step of the weights; they keep their sum. @param rates L_i/L_i(0) */
function gradNormStep(weights: readonly number[], norms: readonly number[], rates: readonly number[], alpha: number, learningRate: number) {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const lengths = weights.map((w, i) => w * norms[i]!)
  const [length, rate] = [mean(lengths), mean(rates)]
  const target = rates.map(r => length * (r / rate) ** alpha)
  const derivative = lengths.map((value, i) => Math.sign(value - target[i]!) * norms[i]!)
  const after = weights.map((w, i) => w - learningRate * derivative[i]!)
  const factor = mean(weights) / mean(after)
  return {
    objective: lengths.reduce((sum, value, i) => sum + Math.abs(value - target[i]!), 0),
    target,
    derivativeWrtWeights: derivative,
    weightsAfterStep: after,
    weightsAfterRenormalisingToT: after.map(w => w * factor),
  }
}

/**
 * Weights above zero with a given sum. A step over long gradients may take weights far below zero: divided by a sum that is below
 * zero too, they would come out the wrong way round. Where none is above zero, all are alike.
 */
function kept(weights: readonly number[], sum: number): readonly number[] {
  const least = (leastWeight * sum) / weights.length
  const raised = (limit: number, values: readonly number[]) => values.map(w => Math.max(w, limit))
  const shares = scaledTo(sum, weights.some(w => w > 0) ? raised(0, weights) : weights.map(() => 1))
  return shares.every(w => w >= least) ? shares : scaledTo(sum, raised(least, shares))
}

function scaledTo(sum: number, weights: readonly number[]): readonly number[] {
  const factor = sum / weights.reduce((a, b) => a + b, 0)
  return weights.map(w => w * factor)
}
