import { number } from '../base/options'
import { adam } from './adam'
import type { OptimizerDefinition } from './optimizer'

/** Loshchilov & Hutter 2019, algorithm 2. The decay follows the learning rate's schedule and, as in PyTorch, holds for all weights. */
export const adamW: OptimizerDefinition = {
  kind: 'adamW',
  doc: 'Adam with decoupled weight decay (Loshchilov & Hutter 2019): each step also shrinks the weights by learningRate · weightDecay.',
  example: 'optimizer: adamW({ learningRate: 1e-3, weightDecay: 0.01 })',
  options: { ...adam.options, weightDecay: number('Share of the weights taken away, times the learning rate.', { default: 0.01, min: 0 }) },
  slots: adam.slots,
}
