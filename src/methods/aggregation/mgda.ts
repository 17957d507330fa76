import { oneOf } from '../../base/options'
import type { MethodDefinition } from '../method'
import { minimumNormWeights } from '../solvers/minimumNorm'
import { gramMethod } from './gramMethod'

const normalisations = ['none', 'l2', 'loss', 'loss+'] as const
type Normalisation = (typeof normalisations)[number]

/**
 * Désidéri 2012; Sener & Koltun 2018, eq. 3: the convex combination of smallest norm, solved exactly. With a normalisation, the
 * weights are those of the rows divided by their norm (l2), their loss, or both (loss+), applied to the rows as they are.
 * A zero row is the smallest combination itself, so the shared layers stay where they are; under l2 and loss+ it is left out.
 */
export const mgda: MethodDefinition = {
  kind: 'mgda',
  doc: 'The shortest convex combination of the tasks’ gradients (Désidéri 2012; Sener & Koltun 2018): for a step that worsens no task, at the price of favouring tasks with small gradients. One trunk backward pass per task.',
  notWhen: 'One task’s gradient is much shorter than the others: it alone sets the step, and near its optimum training stands still.',
  paper:
    'Sener & Koltun 2018, Multi-Task Learning as Multi-Objective Optimization, NeurIPS, arXiv:1810.04650; Désidéri 2012, Multiple-Gradient Descent Algorithm, Comptes Rendus Mathématique 350',
  gainOn: 'MultiMNIST, CelebA and Cityscapes',
  example: "weighting: mgda({ normalisation: 'l2' })",
  formula: 'min over w ≥ 0, Σw = 1 of wᵀG w',
  scale: 'mean',
  heads: 'plain',
  positional: [],
  options: {
    normalisation: oneOf(normalisations, 'What each gradient is divided by before the shortest combination is sought.', {
      default: 'none',
    }),
  },
  needs: ['gram'],
  create: ({ options }) =>
    gramMethod((gram, n, losses) => {
      const divisors = divisorsOf(options.normalisation as Normalisation, gram, n, losses)
      const kept = divisors.flatMap((divisor, i) => (divisor > 0 && Number.isFinite(divisor) ? [i] : []))
      const scaled = Float64Array.from({ length: kept.length ** 2 }, (_, k) => {
        const [i, j] = [kept[Math.floor(k / kept.length)]!, kept[k % kept.length]!]
        return gram[i * n + j]! / divisors[i]! / divisors[j]!
      })
      const found = minimumNormWeights(scaled, kept.length)
      const weights = new Float64Array(n)
      kept.forEach((i, k) => (weights[i] = found[k]!))
      const left = n - kept.length
      return { weights, ...(left > 0 && { note: `mgda left out ${left} of ${n} tasks, whose loss or gradient is zero.` }) }
    }),
}

function divisorsOf(normalisation: Normalisation, gram: Float64Array, n: number, losses: Float64Array): number[] {
  const norms = Array.from({ length: n }, (_, i) => Math.sqrt(gram[i * n + i]!))
  switch (normalisation) {
    case 'none':
      return norms.map(() => 1)
    case 'l2':
      return norms
    case 'loss':
      return [...losses]
    case 'loss+':
      return norms.map((norm, i) => norm * losses[i]!)
  }
}
