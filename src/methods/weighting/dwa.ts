import { number } from '../../base/options'
import type { MethodDefinition } from '../method'
import { softmax, weighted } from './lossMethod'

/** Liu, Johns & Davison 2019, eq. 7: T·softmax(r/temperature), r the ratio of the last two epochs' mean losses; 1 before there are two. */
export const dwa: MethodDefinition = {
  kind: 'dwa',
  doc: 'Gives more weight to tasks whose loss fell least between the last two epochs (Liu et al. 2019): for tasks that learn at different speed. One backward pass.',
  notWhen: 'The run has fewer than three epochs, in which it is `equal()`; or the losses differ in scale, which it does not see.',
  paper: 'Liu, Johns & Davison 2019, End-to-End Multi-Task Learning with Attention, CVPR, arXiv:1803.10704',
  example: 'weighting: dwa({ temperature: 2 })',
  formula: 'w = T·softmax((L̄ₑ₋₁/L̄ₑ₋₂)/temperature)',
  scale: 'sum',
  heads: 'weighted',
  positional: [],
  options: { temperature: number('Larger values make the weights more alike.', { default: 2, min: 1e-3, max: 1e6 }) },
  needs: ['epochMeans'],
  create({ tasks, options }) {
    const temperature = options.temperature as number
    /** Of each task, the last two epochs in which it had a loss. */
    let history: (readonly number[])[] = tasks.map(() => [])
    const ratio = ([before, last]: readonly number[]) => {
      const value = last! / before!
      return Number.isFinite(value) ? value : 1
    }
    return {
      weights: ({ present }) =>
        weighted(present, new Float64Array(present.length), (_, here) =>
          softmax(here.map(i => ratio(history[i]!) / temperature)).map(share => share * here.length),
        ),
      epochEnd(means) {
        history = history.map((past, i) => (Number.isFinite(means[i]) ? [...past, means[i]!].slice(-2) : past))
      },
      state: () => history.map(past => [...past]),
      restore: saved => void (history = (saved as number[][]).map(past => [...past])),
    }
  },
}
