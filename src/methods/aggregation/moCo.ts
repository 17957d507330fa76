import { number } from '../../base/options'
import type { MethodDefinition, Row } from '../method'
import { presentTasks, scattered } from '../presence'
import { squareOf, TrackedRows, zeros } from './trackedRows'

/**
 * Fernando et al. 2023, algorithm 1, in the form of the published library code: tracked gradients
 * y_i ← y_i − β_k(y_i − L_i·g_i/‖g_i‖) correct the bias of noisy ones; λ ← softmax(λ − γ_k yyᵀλ); d = Σ λ_i y_i, with β_k = β/√k,
 * γ_k = γ/√k. A zero row pulls its tracked gradient towards zero. k counts the steps of a task.
 */
export const moCo: MethodDefinition = {
  kind: 'moCo',
  doc: 'MGDA on gradients that are tracked over the steps, which takes out the bias that noise brings (Fernando et al. 2023): for small batches. One trunk backward pass per task, and a tracked gradient of each task in memory.',
  notWhen:
    'The trunk is large, as it keeps a row per task; or there are few steps, as the tracked gradients begin at 0 and follow ever more slowly: after k steps they stand 2√k behind.',
  paper: 'Fernando et al. 2023, Mitigating Gradient Bias in Multi-objective Learning: A Provably Convergent Approach, ICLR',
  gainOn: 'Cityscapes, NYUv2 and Office-31',
  example: 'weighting: moCo()',
  formula: 'y_i ← y_i − β/√k·(y_i − L_i g_i/‖g_i‖); λ ← softmax(λ − γ/√k·yyᵀλ); d = Σ λ_i y_i',
  scale: 'own',
  heads: 'plain',
  positional: [],
  options: {
    beta: number('Step size of the tracked gradients, divided by √k.', { default: 0.5, above: 0, max: 1 }),
    gamma: number('Step size of the weights λ, divided by √k.', { default: 0.1, min: 0, max: 100 }),
    rho: number('Regularisation added to yyᵀ.', { default: 0, min: 0, max: 1e6 }),
  },
  needs: ['rows'],
  create({ tasks: names, options }) {
    const { beta, gamma, rho } = options as { beta: number; gamma: number; rho: number }
    const tracked = new TrackedRows('tracked', names)
    let state: State = { lambda: names.map(() => 1 / names.length), steps: names.map(() => 0) }
    let last: readonly Row[] = []
    return {
      weights({ present, rows, losses }) {
        const tasks = presentTasks(present)
        const y = tasks.map(i => {
          const [own, row] = [tracked.of(i, rows![i]!), rows![i]!]
          const step = ++state.steps[i]!
          const [pull, norm] = [beta / Math.sqrt(step), Math.sqrt(squareOf(row))]
          const scale = norm > 0 ? losses![i]! / norm : 0
          for (let p = 0; p < row.length; p++) own[p]! -= pull * (own[p]! - scale * row[p]!)
          return own
        })
        last = y
        const total = tasks.reduce((sum, i) => sum + state.lambda[i]!, 0)
        const lambda = tasks.map(i => state.lambda[i]!)
        const logits = y.map((row, a) => {
          const rate = gamma / Math.sqrt(state.steps[tasks[a]!]!)
          return lambda[a]! - rate * (y.reduce((sum, other, b) => sum + dot(row, other) * lambda[b]!, 0) + rho * lambda[a]!)
        })
        const most = Math.max(...logits)
        const shares = logits.map(logit => Math.exp(logit - most))
        const sum = shares.reduce((a, b) => a + b, 0)
        // Absent tasks keep their λ; those present share what they had together.
        tasks.forEach((i, a) => (state.lambda[i] = (total * shares[a]!) / sum))
        const direction = zeros(rows![0]!)
        y.forEach((row, a) => {
          for (let p = 0; p < row.length; p++) direction[p]! += (shares[a]! / sum) * row[p]!
        })
        return {
          shared: scattered(
            shares.map(share => share / sum),
            present.length,
            tasks,
          ),
          direction,
        }
      },
      details: () => ({ lambdaWeights: [...state.lambda], trackedRows: last.map(row => [...row]) }),
      state: () => ({ lambda: [...state.lambda], steps: [...state.steps] }),
      restore: saved => {
        const { lambda, steps } = saved as unknown as State
        state = { lambda: [...lambda], steps: [...steps] }
      },
      slots: () => tracked.slots(),
      restoreSlots: slots => tracked.restoreSlots(slots),
    }
  },
}

interface State {
  readonly lambda: number[]
  readonly steps: number[]
}

function dot(a: Row, b: Row): number {
  let sum = 0
  for (let p = 0; p < a.length; p++) sum += a[p]! * b[p]!
  return sum
}
