import type { Tensor4D } from '@tensorflow/tfjs-core'
import { ints } from '../../../tensor/primitive'
import type { TensorFlow, Values } from '../runtime'
import { border, channelsFirst, channelsLast, spread, take } from './images'
import type { LoweringContext, LoweringFamily } from './lowering'

/** Lower than every activation: padding never wins. */
const lowest = -3.4028234663852886e38

export const pool: LoweringFamily = {
  maxPool2d(context) {
    const { tf } = context.runtime
    return channelsFirst(tf, maxima(tf, channelsLast(tf, padded(context)), context))
  },

  /** Place by place of the window in row order: where it holds the maximum and no earlier place did, it gets the cotangent. */
  maxPool2dGradient(context) {
    const { tf } = context.runtime
    const { size, strides, pads } = geometry(context)
    const g = context.inputs[1]!
    const [, , height, width] = context.operation.output.shape as [number, number, number, number]
    const extent = g.shape.slice(2)
    const image = padded(context)
    const most = channelsFirst(tf, maxima(tf, channelsLast(tf, image), context))
    let open = tf.onesLike(g)
    let sum: Values | undefined
    for (let i = 0; i < size[0]!; i++) {
      for (let j = 0; j < size[1]!; j++) {
        const here = tf.mul(tf.cast(tf.equal(take(tf, image, [i, j], extent, strides), most), 'float32'), open)
        open = tf.sub(open, here)
        const part = spread(tf, tf.mul(here, g), strides)
        const [top, left] = [i - pads[0]!, j - pads[1]!]
        const placed = border(tf, part, [top, left, height - top - part.shape[2]!, width - left - part.shape[3]!])
        sum = sum ? tf.add(sum, placed) : placed
      }
    }
    return sum!
  },
}

const geometry = ({ operation: { attributes } }: LoweringContext) => ({
  size: ints(attributes, 'size'),
  strides: ints(attributes, 'strides'),
  pads: ints(attributes, 'pads'),
})

const padded = (context: LoweringContext): Values => border(context.runtime.tf, context.inputs[0]!, geometry(context).pads, lowest)

function maxima(tf: TensorFlow, image: Tensor4D, context: LoweringContext): Tensor4D {
  const { size, strides } = geometry(context)
  return tf.maxPool(image, [...size] as [number, number], [...strides] as [number, number], 'valid')
}
