import { number } from '../../base/options'
import type { MethodDefinition } from '../method'
import { presentTasks, scattered } from '../presence'
import { TrackedRows } from './trackedRows'

/** A weight does not fall below this: one of zero would never rise again, and could not be divided by where all are. */
const leastWeight = 1e-100

/**
 * He et al. 2024, algorithm 1: the excess risk of a task is estimated by e_i = Σ_p g²/√(Σ over steps of g² + 1e-7), divided by what it
 * was in the task's first step; w ∝ w·exp(η e), Σw = T. The first step sets the baseline and leaves the weights at 1.
 */
export const excessMtl: MethodDefinition = {
  kind: 'excessMtl',
  doc: 'Weights each task by how far it still is from its best, so that noisy labels gain no weight (He et al. 2024): for tasks with label noise. One trunk backward pass per task, and the sum of squares of each task’s gradients in memory.',
  notWhen: 'The labels are clean, or the trunk is large, as it keeps a row of squares per task.',
  paper: 'He et al. 2024, Robust Multi-Task Learning with Excess Risks, ICML, arXiv:2402.02009',
  gainOn: 'MultiMNIST, Office-Home and NYUv2 with noisy labels',
  example: 'weighting: excessMtl({ robustStepSize: 0.01 })',
  formula: 'e_i = Σ g²/√(Σ_k g² + 1e-7) ÷ its first; w ∝ w·exp(ηe), Σw = T',
  scale: 'sum',
  heads: 'weighted',
  positional: [],
  options: { robustStepSize: number('η, how fast the weights follow the excess risks.', { default: 0.01, above: 0, max: 100 }) },
  needs: ['rows'],
  create({ tasks: names, options }) {
    const eta = options.robustStepSize as number
    const squares = new TrackedRows('squares', names)
    let state: State = { weights: names.map(() => 1), first: names.map(() => null) }
    return {
      weights({ present, rows }) {
        const tasks = presentTasks(present)
        const gains = tasks.map(i => {
          const [sum, row] = [squares.of(i, rows![i]!), rows![i]!]
          let excess = 0
          for (let p = 0; p < row.length; p++) {
            const square = row[p]! * row[p]!
            sum[p]! += square
            excess += square / Math.sqrt(sum[p]! + 1e-7)
          }
          const first = state.first[i]
          if (first != null) return excess / first
          if (excess > 0) state.first[i] = excess
          return null
        })
        const known = tasks.flatMap((i, k) => (gains[k] == null ? [] : [{ i, gain: gains[k] }]))
        const [most, before] = [Math.max(...known.map(({ gain }) => gain)), known.reduce((sum, { i }) => sum + state.weights[i]!, 0)]
        for (const { i, gain } of known) state.weights[i] = Math.max(leastWeight, state.weights[i]! * Math.exp(eta * (gain - most)))
        const after = known.reduce((sum, { i }) => sum + state.weights[i]!, 0)
        for (const { i } of known) state.weights[i]! *= before / after
        const shared = scattered(
          tasks.map(i => state.weights[i]!),
          present.length,
          tasks,
        )
        return { shared, heads: shared }
      },
      state: () => ({ weights: [...state.weights], first: [...state.first] }),
      restore: saved => {
        const { weights, first } = saved as unknown as State
        state = { weights: [...weights], first: [...first] }
      },
      slots: () => squares.slots(),
      restoreSlots: slots => squares.restoreSlots(slots),
    }
  },
}

interface State {
  readonly weights: number[]
  /** Excess risk at each task's first step. */
  readonly first: (number | null)[]
}
