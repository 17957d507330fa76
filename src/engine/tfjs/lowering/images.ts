import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { TensorFlow, Values } from '../runtime'

/** Moves of the two spatial axes of [batch, channels, height, width] that convolutions and pooling are made of. */

/** Zeros (or `value`) around; negative pads cut off. Pads [top, left, bottom, right]. */
export function border(tf: TensorFlow, x: Values, pads: readonly number[], value = 0): Values {
  const [top, left, bottom, right] = pads as [number, number, number, number]
  const [rows, columns] = [x.shape[2]!, x.shape[3]!]
  const cut = [Math.max(0, -top), Math.max(0, -left), Math.max(0, -bottom), Math.max(0, -right)] as const
  const kept = cut.some(n => n > 0)
    ? tf.slice(
        x,
        [0, 0, cut[0], cut[1]],
        [x.shape[0], x.shape[1]!, Math.max(0, rows - cut[0] - cut[2]), Math.max(0, columns - cut[1] - cut[3])],
      )
    : x
  const around = [
    [0, 0],
    [0, 0],
    [Math.max(0, top), Math.max(0, bottom)],
    [Math.max(0, left), Math.max(0, right)],
  ] as [number, number][]
  return around.some(([before, after]) => before > 0 || after > 0) ? tf.pad(kept, around, value) : kept
}

/** Zeros between neighbours, so that each stands `strides` from the next: the adjoint of taking every stride-th. */
export function spread(tf: TensorFlow, x: Values, strides: readonly number[]): Values {
  const [n, c, rows, columns] = x.shape as [number, number, number, number]
  const [down, along] = strides as [number, number]
  if (down === 1 && along === 1) return x
  const width = columns * along
  const wide =
    along === 1
      ? x
      : tf.pad(tf.reshape(x, [n * c * rows * columns, 1]), [
          [0, 0],
          [0, along - 1],
        ])
  const high =
    down === 1
      ? wide
      : tf.pad(tf.reshape(wide, [n * c * rows, width]), [
          [0, 0],
          [0, (down - 1) * width],
        ])
  // What follows the last one is cut off: it belongs to no neighbour.
  return tf.slice(tf.reshape(high, [n, c, rows * down, width]), [0, 0, 0, 0], [n, c, (rows - 1) * down + 1, (columns - 1) * along + 1])
}

/** Every stride-th of the rows and columns from a corner on, `rows` × `columns` of them. */
export function take(tf: TensorFlow, x: Values, corner: readonly number[], extent: readonly number[], strides: readonly number[]): Values {
  const [n, c] = x.shape as [number, number]
  const [row, column] = corner as [number, number]
  const reach = extent.map((count, i) => (count - 1) * strides[i]! + 1) as [number, number]
  if (strides.every(stride => stride === 1)) return tf.slice(x, [0, 0, row, column], [n, c, ...reach])
  return tf.stridedSlice(x, [0, 0, row, column], [n, c, row + reach[0], column + reach[1]], [1, 1, ...(strides as [number, number])])
}

export const channelsLast = (tf: TensorFlow, x: Values): Tensor4D => tf.transpose(x as Tensor4D, [0, 2, 3, 1])
export const channelsFirst = (tf: TensorFlow, x: Values): Tensor4D => tf.transpose(x as Tensor4D, [0, 3, 1, 2])
