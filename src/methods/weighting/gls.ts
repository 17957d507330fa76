import { stateless, type MethodDefinition } from '../method'
import { weightedAboveZero } from './lossMethod'

/** Chennupati et al. 2019 (MultiNet++), eq. 4: the geometric mean of the losses, whose derivative by L_i is (ΠL)^{1/T}/(T L_i). */
export const gls: MethodDefinition = {
  kind: 'gls',
  doc: 'The geometric mean of the losses, which no change of their scales disturbs (Chennupati et al. 2019): for losses of different scale that all stay above zero. One backward pass.',
  notWhen: 'A loss can reach 0, where its logarithm has no bound; or the tasks’ own `weight`s should count, which it ignores.',
  paper:
    'Chennupati et al. 2019, MultiNet++: Multi-Stream Feature Aggregation and Geometric Loss Strategy for Multi-Task Learning, CVPR Workshops, arXiv:1904.08492',
  gainOn: 'KITTI and Cityscapes',
  example: 'weighting: gls()',
  formula: '(Π L_i)^(1/T)',
  scale: 'own',
  heads: 'weighted',
  positional: [],
  options: {},
  needs: ['losses'],
  create() {
    let value = NaN
    return {
      weights: ({ present, losses }) =>
        weightedAboveZero('gls', present, losses!, above => {
          value = Math.exp(above.reduce((sum, loss) => sum + Math.log(loss), 0) / above.length)
          return above.map(loss => value / (above.length * loss))
        }),
      details: () => ({ value }),
      ...stateless,
    }
  },
}
