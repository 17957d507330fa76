import { oneOf, positiveInteger, type Options, type OptionSpecs } from '../base/options'
import { formatShape, type Shape } from '../ir/shape'
import { windowOutput, windowPadding, type Padding } from './convolution'
import type { ShapeProblem } from './layer'

/** What maximum and average pooling have in common. */
export const poolingOptions: OptionSpecs = {
  size: positiveInteger('Side of the square window.', { default: 2 }),
  strides: positiveInteger('Step of the window; its size when not given.'),
  padding: oneOf(['same', 'valid'], "'valid' drops what does not fill a window; 'same' pads.", { default: 'valid' }),
}

function windowOf(options: Options) {
  const size = options.size as number
  return { size, strides: (options.strides as number | undefined) ?? size, padding: options.padding as Padding }
}

export function pooledShape(kind: string, input: Shape, options: Options): Shape | ShapeProblem {
  const { size, strides, padding } = windowOf(options)
  if (input === null) return [null, null, null]
  if (input.length !== 3) return { problem: `${kind} needs an image [height, width, channels] but gets ${formatShape(input)}` }
  const height = windowOutput(input[0]!, size, strides, padding)
  const width = windowOutput(input[1]!, size, strides, padding)
  if ((height ?? 1) < 1 || (width ?? 1) < 1)
    return { problem: `a window of ${size}×${size} is larger than its input ${formatShape(input)}`, option: 'size' }
  return [height, width, input[2]!]
}

/** @param shape [batch, channels, height, width] */
export function poolingGeometry(shape: readonly number[], options: Options) {
  const { size, strides, padding } = windowOf(options)
  const [top, bottom] = windowPadding(shape[2]!, size, strides, padding)
  const [left, right] = windowPadding(shape[3]!, size, strides, padding)
  return { size: [size, size], strides: [strides, strides], pads: [top, left, bottom, right] } as const
}
