import { boolean, number } from '../base/options'
import type { OptimizerDefinition } from './optimizer'

export const sgd: OptimizerDefinition = {
  kind: 'sgd',
  doc: 'Stochastic gradient descent, with optional momentum (v ← momentum·v + g; w ← w − learningRate·v, as in PyTorch).',
  example: 'optimizer: sgd({ learningRate: 0.05, momentum: 0.9 })',
  options: {
    learningRate: number('Step size.', { default: 1e-2, above: 0 }),
    momentum: number('Share of the last step that is kept.', { default: 0, min: 0, below: 1 }),
    nesterov: boolean('Steps by g + momentum·v, the gradient looked ahead (Nesterov 1983; Sutskever et al. 2013). Needs momentum.', {
      default: false,
    }),
  },
  problem: ({ nesterov, momentum }) =>
    nesterov && momentum === 0 ? { option: 'nesterov', message: 'nesterov of sgd needs momentum above 0, such as 0.9' } : undefined,
  slots: options => (options.momentum === 0 ? [] : ['velocity']),
}
