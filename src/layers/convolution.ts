import type { Dimension } from '../ir/shape'

export type Padding = 'same' | 'valid'

/** Output size of a convolution or pooling window along one axis, as in Keras. */
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
