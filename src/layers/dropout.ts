import { number } from '../base/options'
import type { LayerDefinition } from './layer'

/** Srivastava et al. 2014, in the inverted form: scaled while training, the identity while evaluating. */
export const dropout: LayerDefinition = {
  kind: 'dropout',
  doc: 'Sets a random share of the values to zero while training, and scales the others up. Takes and gives any shape.',
  example: 'features.pipe(dense(64), dropout(0.1))',
  positional: ['rate'],
  options: { rate: number('Share of the values set to zero.', { required: true, min: 0, below: 1 }) },
  rank: { input: 'any', output: 'same' },
  shape: input => input,
  lower(b, x, { options, training }) {
    const rate = options.rate as number
    return training && rate > 0 ? b.multiply(x, b.dropoutMask(x.shape, rate)) : x
  },
}
