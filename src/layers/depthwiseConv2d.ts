import { boolean, positiveInteger } from '../base/options'
import { activationOption, lowerActivation } from './activations'
import { convolutionGeometry, convolutionOptions, convolvedShape } from './convolution'
import { initializerOption, kernelOf, l2Option, zeros } from './initializers'
import type { LayerDefinition } from './layer'

/** The first half of a separable convolution (Chollet 2017); a conv2d with kernel 1 after it is the second. */
export const depthwiseConv2d: LayerDefinition = {
  kind: 'depthwiseConv2d',
  doc: '2-D convolution of each channel by itself. Takes [height, width, channels], gives [height, width, channels · multiplier].',
  example: "image.pipe(depthwiseConv2d({ kernel: 3 }), conv2d(16, { kernel: 1, activation: 'relu' }))",
  positional: [],
  options: {
    multiplier: positiveInteger('Output channels for each input channel.', { default: 1 }),
    ...convolutionOptions,
    activation: activationOption,
    bias: boolean('Whether a learnt bias per channel is added.', { default: true }),
    initializer: initializerOption,
    l2: l2Option,
  },
  rank: { input: 3, output: 3 },

  shape(input, options) {
    const channels = input?.length === 3 ? input[2]! : null
    return convolvedShape('depthwiseConv2d', input, options, channels === null ? null : channels * (options.multiplier as number))
  },

  parameters(input, options) {
    const { multiplier, kernel } = options as { multiplier: number; kernel: number }
    const channels = input?.length === 3 ? input[2]! : null
    const filters = channels === null ? null : channels * multiplier
    const area = kernel * kernel
    // Each filter sees one channel.
    const weights = kernelOf(filters === null ? null : [filters, 1, kernel, kernel], options, area, multiplier * area)
    return options.bias ? [weights, { name: 'bias', shape: filters === null ? null : [filters], initializer: zeros }] : [weights]
  },

  lower(b, x, { options, parameters }) {
    const y = b.depthwiseConv2d(x, parameters.kernel!, parameters.bias, convolutionGeometry(x.shape, options))
    return lowerActivation(b, options.activation, y)
  },
}
