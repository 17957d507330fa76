import { stateless, type MethodDefinition } from '../method'
import { weightedAboveZero } from './lossMethod'

/** Scale invariance (Lin et al. 2023, section 3.1; earlier in Navon et al. 2022 as a baseline): Σ log L_i. */
export const si: MethodDefinition = {
  kind: 'si',
  doc: 'The sum of the losses’ logarithms, which no change of their scales disturbs (Navon et al. 2022): for losses of different scale that all stay above zero. One backward pass.',
  notWhen: 'A loss can reach 0, where its logarithm has no bound; or the tasks’ own `weight`s should count, which it ignores.',
  paper: 'A baseline in Navon et al. 2022, Multi-Task Learning as a Bargaining Game, ICML, arXiv:2202.01017',
  example: 'weighting: si()',
  formula: 'Σ log L_i',
  scale: 'own',
  heads: 'weighted',
  positional: [],
  options: {},
  needs: ['losses'],
  create() {
    let value = NaN
    return {
      weights: ({ present, losses }) =>
        weightedAboveZero('si', present, losses!, above => {
          value = above.reduce((sum, loss) => sum + Math.log(loss), 0)
          return above.map(loss => 1 / loss)
        }),
      details: () => ({ value }),
      ...stateless,
    }
  },
}
