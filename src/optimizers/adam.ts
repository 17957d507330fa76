import { number } from '../base/options'
import type { OptimizerDefinition } from './optimizer'

/** Kingma & Ba 2015, algorithm 1. */
export const adam: OptimizerDefinition = {
  kind: 'adam',
  doc: 'Adam (Kingma & Ba 2015): steps scaled by running means of the gradient and its square. A good first choice.',
  example: 'optimizer: adam({ learningRate: 1e-3 })',
  options: {
    learningRate: number('Step size.', { default: 1e-3, above: 0 }),
    beta1: number('Decay of the running mean of the gradient.', { default: 0.9, min: 0, below: 1 }),
    beta2: number('Decay of the running mean of its square.', { default: 0.999, min: 0, below: 1 }),
    epsilon: number('Added to the denominator.', { default: 1e-8, above: 0 }),
  },
  slots: () => ['m', 'v'],
}
