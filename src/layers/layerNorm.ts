import { number } from '../base/options'
import { affineOptions, affineParameters } from './affine'
import { channelAxis, perChannel } from './channels'
import type { LayerDefinition } from './layer'

/** Ba, Kiros & Hinton 2016, eq. 4, over the last axis as in Keras. */
export const layerNorm: LayerDefinition = {
  kind: 'layerNorm',
  doc: 'Gives the features of each row (the channels of each pixel) mean 0 and variance 1, then scales and shifts them by learnt values. Takes and gives any shape.',
  example: 'features.pipe(dense(64), layerNorm(), dense(32))',
  positional: [],
  options: {
    epsilon: number('Added to the variance.', { default: 1e-5, above: 0 }),
    ...affineOptions('feature'),
  },
  rank: { input: 'any', output: 'same' },
  shape: input => (input?.length === 0 ? { problem: 'layerNorm needs at least one axis' } : input),

  parameters: affineParameters,

  lower(b, x, { options, parameters: { scale, shift } }) {
    const axes = [channelAxis(x)]
    const centred = b.subtract(x, b.mean(x, axes, true))
    const deviation = b.sqrt(b.add(b.mean(b.square(centred), axes, true), b.constant(options.epsilon as number)))
    const normal = b.divide(centred, deviation)
    const scaled = scale ? b.multiply(normal, perChannel(b, scale, x)) : normal
    return shift ? b.add(scaled, perChannel(b, shift, x)) : scaled
  },
}
