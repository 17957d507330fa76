import { boolean, positiveInteger } from '../base/options'
import { activationOption, lowerActivation } from './activations'
import { convolutionGeometry, convolutionOptions, convolvedShape } from './convolution'
import { initializerOption, kernelOf, l2Option, zeros } from './initializers'
import type { LayerDefinition } from './layer'

export const conv2d: LayerDefinition = {
  kind: 'conv2d',
  doc: '2-D convolution. Takes [height, width, channels], gives [height, width, filters].',
  example: "image.pipe(conv2d(16, { kernel: 3, activation: 'relu' }))",
  positional: ['filters'],
  options: {
    filters: positiveInteger('Number of output channels.', { required: true }),
    ...convolutionOptions,
    activation: activationOption,
    bias: boolean('Whether a learnt bias per channel is added.', { default: true }),
    initializer: initializerOption,
    l2: l2Option,
  },
  rank: { input: 3, output: 3 },

  shape: (input, options) => convolvedShape('conv2d', input, options, options.filters as number),

  parameters(input, options) {
    const { filters, kernel } = options as { filters: number; kernel: number }
    const channels = input?.length === 3 ? input[2]! : null
    const area = kernel * kernel
    const shape = channels === null ? null : [filters, channels, kernel, kernel]
    const weights = kernelOf(shape, options, (channels ?? 1) * area, filters * area)
    return options.bias ? [weights, { name: 'bias', shape: [filters], initializer: zeros }] : [weights]
  },

  lower(b, x, { options, parameters }) {
    const y = b.conv2d(x, parameters.kernel!, parameters.bias, convolutionGeometry(x.shape, options))
    return lowerActivation(b, options.activation, y)
  },
}
