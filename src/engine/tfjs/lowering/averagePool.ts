import { ints } from '../../../tensor/primitive'
import type { TensorFlow, Values } from '../runtime'
import { border, channelsFirst, channelsLast, spread } from './images'
import type { LoweringContext, LoweringFamily } from './lowering'

/** Padding does not count: sums are divided by how many values of the image a window sees. */
export const averagePool: LoweringFamily = {
  averagePool2d(context) {
    const { tf } = context.runtime
    const { size, strides, pads } = geometry(context)
    const x = context.inputs[0]!
    return tf.div(sums(tf, border(tf, x, pads), size, strides), counts(context, x.shape))
  },

  /** Each value gets its share from every window that sees it. */
  averagePool2dGradient(context) {
    const { tf } = context.runtime
    const { size, strides, pads } = geometry(context)
    const { shape } = context.operation.output
    const [rows, columns] = size as [number, number]
    const wide = spread(tf, tf.div(context.inputs[0]!, counts(context, shape)), strides)
    const [top, left] = [rows - 1 - pads[0]!, columns - 1 - pads[1]!]
    const bottom = shape[2]! + rows - 1 - wide.shape[2]! - top
    const right = shape[3]! + columns - 1 - wide.shape[3]! - left
    return sums(tf, border(tf, wide, [top, left, bottom, right]), size, [1, 1])
  },
}

const geometry = ({ operation: { attributes } }: LoweringContext) => ({
  size: ints(attributes, 'size'),
  strides: ints(attributes, 'strides'),
  pads: ints(attributes, 'pads'),
})

function sums(tf: TensorFlow, image: Values, size: readonly number[], strides: readonly number[]): Values {
  const [rows, columns] = size as [number, number]
  const means = tf.avgPool(channelsLast(tf, image), [rows, columns], [...strides] as [number, number], 'valid')
  return tf.mul(channelsFirst(tf, means), rows * columns)
}

/** How many values of an image each window sees, [1, 1, rows, columns]. */
function counts(context: LoweringContext, image: readonly number[]): Values {
  const { tf } = context.runtime
  const { size, strides, pads } = geometry(context)
  return sums(tf, border(tf, tf.ones([1, 1, image[2]!, image[3]!]), pads), size, strides)
}
