import { stateless, type MethodDefinition } from '../method'
import { softmax, weighted } from './lossMethod'

/** Lin et al. 2022: softmax of one standard normal number per task and step. The weights sum to 1, where equal ones sum to T. */
export const rlw: MethodDefinition = {
  kind: 'rlw',
  doc: 'Draws the weights anew for each step (Lin et al. 2022): a baseline that asks of every other method whether it is more than noise. One backward pass.',
  notWhen: 'There are few steps: the noise of the draws has no time to average out.',
  paper: 'Lin et al. 2022, Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task Learning, TMLR, arXiv:2111.10603',
  example: 'weighting: rlw()',
  formula: 'w = softmax(z), z ~ N(0, I)',
  scale: 'mean',
  heads: 'weighted',
  positional: [],
  options: {},
  needs: [],
  create: ({ tasks, random }) => ({
    weights({ present }) {
      // One number for each task, present or not, so that a label that is missing does not change later draws.
      const draws = tasks.map(() => random.normal())
      return weighted(present, draws, given => softmax(given))
    },
    ...stateless,
  }),
}
