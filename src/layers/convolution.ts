import { oneOf, positiveInteger, type Options, type OptionSpecs } from '../base/options'
import { formatShape, type Dimension, type Shape } from '../ir/shape'
import type { ShapeProblem } from './layer'

export type Padding = 'same' | 'valid'

/** Output size of a convolution or pooling window along one axis, as in Keras. @param size of the window, dilation included */
export function windowOutput(input: Dimension, size: number, stride: number, padding: Padding): Dimension {
  if (input === null) return null
  return padding === 'same' ? Math.ceil(input / stride) : Math.floor((input - size) / stride) + 1
}

/** Zeros added [before, after] along one axis; where 'same' needs an odd number, the extra one comes after, as in TensorFlow. */
export function windowPadding(input: number, size: number, stride: number, padding: Padding): [number, number] {
  if (padding === 'valid') return [0, 0]
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + size - input)
  return [Math.floor(total / 2), Math.ceil(total / 2)]
}

/** What all convolutions have in common. */
export const convolutionOptions: OptionSpecs = {
  kernel: positiveInteger('Side of the square window.', { default: 3 }),
  strides: positiveInteger('Step of the window.', { default: 1 }),
  dilation: positiveInteger('Distance between the places of the window: 2 leaves out every second one.', { default: 1 }),
  padding: oneOf(
    ['same', 'valid'],
    "'same' pads with zeros so that height and width stay (divided by the strides); 'valid' does not pad.",
    { default: 'same' },
  ),
}

/** Runs written before there was dilation have none in their options. */
function windowOf(options: Options) {
  const { kernel, strides, dilation = 1, padding } = options as { kernel: number; strides: number; dilation?: number; padding: Padding }
  return { extent: (kernel - 1) * dilation + 1, strides, dilation, padding }
}

/** @param channels of the output */
export function convolvedShape(kind: string, input: Shape, options: Options, channels: Dimension): Shape | ShapeProblem {
  const { extent, strides, padding } = windowOf(options)
  if (input === null) return [null, null, channels]
  if (input.length !== 3) return { problem: `${kind} needs an image [height, width, channels] but gets ${formatShape(input)}` }
  const height = windowOutput(input[0]!, extent, strides, padding)
  const width = windowOutput(input[1]!, extent, strides, padding)
  if ((height ?? 1) < 1 || (width ?? 1) < 1)
    return { problem: `a kernel of ${extent}×${extent} is larger than its input ${formatShape(input)}`, option: 'kernel' }
  return [height, width, channels]
}

/** @param shape [batch, channels, height, width] */
export function convolutionGeometry(shape: readonly number[], options: Options) {
  const { extent, strides, dilation, padding } = windowOf(options)
  const [top, bottom] = windowPadding(shape[2]!, extent, strides, padding)
  const [left, right] = windowPadding(shape[3]!, extent, strides, padding)
  return { strides: [strides, strides], pads: [top, left, bottom, right], dilations: [dilation, dilation] } as const
}
