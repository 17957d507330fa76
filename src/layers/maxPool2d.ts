import { oneOf, positiveInteger } from '../base/options'
import { formatShape } from '../ir/shape'
import { windowOutput, windowPadding, type Padding } from './convolution'
import type { LayerDefinition } from './layer'

export const maxPool2d: LayerDefinition = {
  kind: 'maxPool2d',
  doc: 'Keeps the largest value of each window. Takes and gives [height, width, channels].',
  example: 'image.pipe(conv2d(16), maxPool2d(2))',
  positional: ['size'],
  options: {
    size: positiveInteger('Side of the square window.', { default: 2 }),
    strides: positiveInteger('Step of the window; its size when not given.'),
    padding: oneOf(['same', 'valid'], "'valid' drops what does not fill a window; 'same' pads.", { default: 'valid' }),
  },
  rank: { input: 3, output: 3 },

  shape(input, options) {
    const { size, strides, padding } = geometry(options)
    if (input === null) return [null, null, null]
    if (input.length !== 3) return { problem: `maxPool2d needs an image [height, width, channels] but gets ${formatShape(input)}` }
    const height = windowOutput(input[0]!, size, strides, padding)
    const width = windowOutput(input[1]!, size, strides, padding)
    if ((height ?? 1) < 1 || (width ?? 1) < 1) return { problem: `a window of ${size}×${size} is larger than its input ${formatShape(input)}`, option: 'size' }
    return [height, width, input[2]!]
  },

  lower(b, x, { options }) {
    const { size, strides, padding } = geometry(options)
    const [top, bottom] = windowPadding(x.shape[2]!, size, strides, padding)
    const [left, right] = windowPadding(x.shape[3]!, size, strides, padding)
    return b.maxPool2d(x, { size: [size, size], strides: [strides, strides], pads: [top, left, bottom, right] })
  },
}

function geometry(options: Parameters<LayerDefinition['shape']>[1]) {
  const size = options.size as number
  return { size, strides: (options.strides as number | undefined) ?? size, padding: options.padding as Padding }
}
