import { boolean, oneOf, positiveInteger } from '../base/options'
import { formatShape } from '../ir/shape'
import { activationOption, lowerActivation } from './activations'
import { windowOutput, windowPadding, type Padding } from './convolution'
import { kernelInitializer, zeros } from './initializers'
import type { LayerDefinition } from './layer'

export const conv2d: LayerDefinition = {
  kind: 'conv2d',
  doc: '2-D convolution. Takes [height, width, channels], gives [height, width, filters].',
  example: "image.pipe(conv2d(16, { kernel: 3, activation: 'relu' }))",
  positional: ['filters'],
  options: {
    filters: positiveInteger('Number of output channels.', { required: true }),
    kernel: positiveInteger('Side of the square window.', { default: 3 }),
    strides: positiveInteger('Step of the window.', { default: 1 }),
    padding: oneOf(['same', 'valid'], "'same' pads with zeros so that height and width stay (divided by the strides); 'valid' does not pad.", { default: 'same' }),
    activation: activationOption,
    bias: boolean('Whether a learnt bias per channel is added.', { default: true }),
  },
  rank: { input: 3, output: 3 },

  shape(input, options) {
    const { filters, kernel, strides, padding } = options as { filters: number; kernel: number; strides: number; padding: Padding }
    if (input === null) return [null, null, filters]
    if (input.length !== 3) return { problem: `conv2d needs an image [height, width, channels] but gets ${formatShape(input)}` }
    const height = windowOutput(input[0]!, kernel, strides, padding)
    const width = windowOutput(input[1]!, kernel, strides, padding)
    if ((height ?? 1) < 1 || (width ?? 1) < 1) {
      return { problem: `a kernel of ${kernel}×${kernel} is larger than its input ${formatShape(input)}`, option: 'kernel' }
    }
    return [height, width, filters]
  },

  parameters(input, options) {
    const { filters, kernel } = options as { filters: number; kernel: number }
    const channels = input?.length === 3 ? input[2]! : null
    const area = kernel * kernel
    const weights = {
      name: 'kernel',
      shape: channels === null ? null : [filters, channels, kernel, kernel],
      initializer: kernelInitializer(options.activation, (channels ?? 1) * area, filters * area),
    }
    return options.bias ? [weights, { name: 'bias', shape: [filters], initializer: zeros }] : [weights]
  },

  lower(b, x, { options, parameters }) {
    const { kernel, strides, padding } = options as { kernel: number; strides: number; padding: Padding }
    const [top, bottom] = windowPadding(x.shape[2]!, kernel, strides, padding)
    const [left, right] = windowPadding(x.shape[3]!, kernel, strides, padding)
    const y = b.conv2d(x, parameters.kernel!, parameters.bias, { strides: [strides, strides], pads: [top, left, bottom, right], dilations: [1, 1] })
    return lowerActivation(b, options.activation, y)
  },
}
