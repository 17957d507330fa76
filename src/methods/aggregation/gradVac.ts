import { number, oneOf } from '../../base/options'
import type { Json } from '../../base/json'
import type { MethodDefinition } from '../method'
import { presentTasks } from '../presence'
import { smallestSquare } from '../solvers/rowScaled'

/**
 * Wang et al. 2021, algorithm 1: where the cosine ρ of a gradient with another lies below the target ρ̂_ij, enough of the other is
 * added to reach it. Targets are moving averages of the cosines met, and start at 0. As every modified gradient is a combination of
 * rows, its coefficients and G suffice, for the trunk as a whole or for each layer by itself. Others come in random order. Zero rows
 * have no cosine: they are passed over, and so is a gradient of which nothing is left.
 */
export const gradVac: MethodDefinition = {
  kind: 'gradVac',
  doc: 'Turns each gradient towards the others until their cosines reach what is usual between the two tasks (Wang et al. 2021): for related tasks, such as languages, that should agree more than not to conflict. One trunk backward pass per task.',
  notWhen: 'The tasks are unrelated: it makes them agree more than they should.',
  paper:
    'Wang et al. 2021, Gradient Vaccine: Investigating and Improving Multi-task Optimization in Massively Multilingual Models, ICLR, arXiv:2010.05874',
  gainOn: 'translation and XTREME',
  example: "weighting: gradVac({ group: 'layer' })",
  formula: 'if ρ < ρ̂_ij: g_i += ‖g_i‖(ρ̂√(1−ρ²) − ρ√(1−ρ̂²)) / (‖g_j‖√(1−ρ̂²))·g_j; ρ̂ ← (1−β)ρ̂ + βρ',
  scale: 'sum',
  heads: 'plain',
  positional: [],
  options: {
    beta: number('Share of the newest cosine in the moving average.', { default: 0.5, above: 0, max: 1 }),
    group: oneOf(['trunk', 'layer'], 'What is turned as one: all shared layers, or each by itself.', { default: 'trunk' }),
  },
  needs: ['gram'],
  needsWith: ({ group }) => (group === 'layer' ? ['gram', 'layerWeights'] : ['gram']),
  create({ tasks, options, random }) {
    const T = tasks.length
    const beta = options.beta as number
    /** ρ̂ of each group, row-major T×T. */
    let targets: Float64Array[] = []
    return {
      weights({ present, gram, layers }) {
        const here = presentTasks(present)
        const groups = options.group === 'layer' && layers ? layers : [gram!]
        while (targets.length < groups.length) targets.push(new Float64Array(T * T))
        const order = (others: number[]) => random.shuffle(others)
        const weights = groups.map((block, l) => gradVacWeights(block, T, here, targets[l]!, beta, order))
        if (weights.length === 1 && groups[0] === gram) return { shared: weights[0]! }
        const shared = Float64Array.from({ length: T }, (_, i) => weights.reduce((sum, w) => sum + w[i]!, 0) / weights.length)
        return { shared, layers: weights }
      },
      details: (): Record<string, Json> => ({
        emaAfter: Array.from({ length: T }, (_, i) => [...(targets[0] ?? new Float64Array(T * T)).subarray(i * T, i * T + T)]),
      }),
      state: () => targets.map(target => [...target]),
      restore: saved => void (targets = (saved as number[][]).map(target => Float64Array.from(target))),
    }
  },
}

/** @param targets moved by what is met @returns weights on the rows, sum scale */
function gradVacWeights(
  gram: Float64Array,
  T: number,
  tasks: readonly number[],
  targets: Float64Array,
  beta: number,
  order: (others: number[]) => number[],
): Float64Array {
  const total = new Float64Array(T)
  for (const i of tasks) {
    const own = new Float64Array(T)
    own[i] = 1
    const product = (j: number) => tasks.reduce((sum, k) => sum + own[k]! * gram[k * T + j]!, 0)
    for (const j of order(tasks.filter(k => k !== i))) {
      const other = gram[j * T + j]!
      const square = tasks.reduce((sum, k) => sum + own[k]! * product(k), 0)
      if (!(other > smallestSquare) || !(square > Math.max(smallestSquare, 1e-28 * gram[i * T + i]!))) continue
      const cosine = Math.max(-1, Math.min(1, product(j) / Math.sqrt(square * other)))
      const target = targets[i * T + j]!
      if (cosine < target && Math.abs(target) < 1) {
        const [ahead, behind] = [Math.sqrt(1 - target * target), Math.sqrt(1 - cosine * cosine)]
        own[j]! += (Math.sqrt(square / other) * (target * behind - cosine * ahead)) / ahead
      }
      targets[i * T + j] = (1 - beta) * target + beta * cosine
    }
    for (const k of tasks) total[k]! += own[k]!
  }
  return total
}
