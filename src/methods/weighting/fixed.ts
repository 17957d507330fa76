import { perTaskNumber } from '../../base/options'
import { stateless, type MethodDefinition } from '../method'

export const fixed: MethodDefinition = {
  kind: 'fixed',
  doc: 'A sum of the losses with weights chosen by hand or by search: well tuned, hard to beat (Xin et al. 2022). One backward pass.',
  notWhen: 'There is no time to search for the weights: guessed ones are seldom better than equal ones.',
  paper: 'Xin et al. 2022, Do Current Multi-Task Optimization Methods in Deep Learning Even Help?, NeurIPS, arXiv:2209.11379',
  example: 'weighting: fixed({ species: 1, mass: 0.5 })',
  formula: 'Σ w_i L_i',
  scale: 'own',
  heads: 'weighted',
  positional: ['weights'],
  options: { weights: perTaskNumber('Weight of each task; 1 for a task that is not named.', { required: true }) },
  needs: [],
  create({ tasks, options }) {
    const given = options.weights as Readonly<Record<string, number>>
    const weights = tasks.map(task => given[task] ?? 1)
    return {
      weights({ present }) {
        const shared = Float64Array.from(present, (here, i) => (here ? weights[i]! : 0))
        return { shared, heads: shared }
      },
      ...stateless,
    }
  },
}
