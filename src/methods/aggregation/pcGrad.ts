import { stateless, type MethodDefinition } from '../method'
import { presentTasks } from '../presence'
import { smallestSquare } from '../solvers/rowScaled'

/**
 * Yu et al. 2020, algorithm 1, on the Gram matrix: each gradient, in a random order of the others, loses its component
 * along every other one that it conflicts with; the results are added. As every projected gradient is a combination of
 * rows of J, its coefficients and G are all that is needed.
 * Heads get their own task's gradient, unweighted. A zero row conflicts with nothing, and neither does one so small that
 * float32 holds no direction of it: the coefficients of a solved task's row would otherwise grow without bounds.
 */
export const pcGrad: MethodDefinition = {
  kind: 'pcGrad',
  doc: 'Removes from each task’s gradient what opposes another task’s (Yu et al. 2020): for tasks that pull shared layers apart. One trunk backward pass per task.',
  notWhen: 'Gradients seldom conflict: then it is `equal()` at a higher cost. It leaves differences in scale as they are.',
  paper: 'Yu et al. 2020, Gradient Surgery for Multi-Task Learning, NeurIPS, arXiv:2001.06782',
  gainOn: 'MultiMNIST, CIFAR-100, CelebA and NYUv2',
  example: 'weighting: pcGrad()',
  formula: 'for j ≠ i in random order: if g_i·g_j < 0: g_i −= (g_i·g_j/‖g_j‖²) g_j; d = Σ g_i',
  scale: 'sum',
  heads: 'plain',
  positional: [],
  options: {},
  needs: ['gram'],
  create({ tasks, random }) {
    const T = tasks.length
    return {
      weights({ present, gram }) {
        return { shared: pcGradWeights(gram!, T, presentTasks(present), list => random.shuffle(list)) }
      },
      ...stateless,
    }
  },
}

/**
 * @param gram row-major T×T
 * @param tasks the tasks that take part
 * @param order puts the other tasks into the order of projection
 * @returns weights on the rows of J, sum scale
 */
export function pcGradWeights(
  gram: Float64Array,
  T: number,
  tasks: readonly number[],
  order: (others: number[]) => number[],
): Float64Array {
  const total = new Float64Array(T)
  for (const i of tasks) {
    const own = new Float64Array(T)
    own[i] = 1
    for (const j of order(tasks.filter(k => k !== i))) {
      let dot = 0
      for (const k of tasks) dot += own[k]! * gram[k * T + j]!
      const square = gram[j * T + j]!
      if (dot < 0 && square > smallestSquare) own[j]! -= dot / square
    }
    for (const k of tasks) total[k]! += own[k]!
  }
  return total
}
