import type { MethodDefinition } from '../method'
import { pseudoInverseTimes } from '../solvers/pseudoInverse'
import { gramMethod } from './gramMethod'

/**
 * Liu et al. 2021 (IMTL), eq. 6: the combination whose projections onto all unit gradients are equal, in the closed form
 * v = pinv(G)·√diag G, w = v/Σv. Where the sum vanishes no such combination exists, and w = 0: the shared layers stay.
 */
export const imtlG: MethodDefinition = {
  kind: 'imtlG',
  doc: 'The combination of gradients that has equal projections onto each of them (Liu et al. 2021): for tasks whose gradients differ in length and that should all advance alike. One trunk backward pass per task.',
  notWhen: 'Gradients are nearly parallel or opposed: the weights become large or negative.',
  paper: 'Liu et al. 2021, Towards Impartial Multi-task Learning, ICLR',
  gainOn: 'Cityscapes, NYUv2 and CelebA',
  example: 'weighting: imtlG()',
  formula: 'v = pinv(G)·√diag G; w = v/Σv',
  scale: 'mean',
  heads: 'plain',
  positional: [],
  options: {},
  needs: ['gram'],
  create: () =>
    gramMethod((gram, n) => {
      const norms = Float64Array.from({ length: n }, (_, i) => Math.sqrt(gram[i * n + i]!))
      const v = pseudoInverseTimes(gram, norms, n)
      const sum = v.reduce((a, b) => a + b, 0)
      if (!(Math.abs(sum) >= 1e-12)) {
        return {
          weights: new Float64Array(n),
          note: 'imtlG found no combination with equal projections: the shared layers stayed as they are.',
        }
      }
      return { weights: v.map(value => value / sum) }
    }),
}
