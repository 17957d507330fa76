import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { TensorFlow, Values } from '../runtime'
import { geometry, imageSeen, spreadCotangent } from './conv'
import { border, channelsFirst, channelsLast } from './images'
import type { LoweringContext, LoweringFamily } from './lowering'

type Pair = [number, number]

/** Kernels are [channels·multiplier, 1, kh, kw]. Both gradients are the forward operation again, as with whole convolutions. */
export const depthwiseConv: LoweringFamily = {
  depthwiseConv2d(context) {
    const { strides, pads, dilations } = geometry(context)
    const { tf } = context.runtime
    const [x, kernel, bias] = context.inputs
    const filter = filters(tf, kernel!, x!.shape[1]!)
    const y = convolve(tf, channelsLast(tf, border(tf, x!, pads)), filter, strides, dilations)
    return channelsFirst(tf, bias ? tf.add(y, bias) : y)
  },

  /** Each output channel goes back through its own turned filter; those of one input channel add up. */
  depthwiseConv2dInputGradient(context) {
    const { tf } = context.runtime
    const { dilations } = geometry(context)
    const kernel = context.inputs[1]!
    const [batch, channels, height, width] = context.operation.output.shape as [number, number, number, number]
    const many = kernel.shape[0]
    const turned = filters(tf, tf.reverse(kernel, [2, 3]), many)
    const y = channelsFirst(tf, convolve(tf, channelsLast(tf, spreadCotangent(context)), turned, [1, 1], dilations))
    return many === channels ? y : tf.sum(tf.reshape(y, [batch, channels, many / channels, height, width]), 2)
  },

  /** Every channel of every row is a channel of one image, and its cotangents are its filters; rows add up. */
  depthwiseConv2dKernelGradient(context: LoweringContext) {
    const { tf } = context.runtime
    const { strides, dilations } = geometry(context)
    const [image, g] = [imageSeen(context), context.inputs[1]!]
    const [batch, channels, height, width] = image.shape as [number, number, number, number]
    const [many, , rows, columns] = context.operation.output.shape as [number, number, number, number]
    const one = channelsLast(tf, tf.reshape(image, [1, batch * channels, height, width]))
    const filter = filters(tf, tf.reshape(g, [batch * many, 1, g.shape[2]!, g.shape[3]!]), batch * channels)
    const y = channelsFirst(tf, convolve(tf, one, filter, dilations, strides))
    return tf.reshape(tf.sum(tf.reshape(y, [batch, many, rows, columns]), 0), [many, 1, rows, columns])
  },
}

/** [channels·multiplier, 1, kh, kw] as [kh, kw, channels, multiplier]. */
function filters(tf: TensorFlow, kernel: Values, channels: number): Tensor4D {
  const [many, , rows, columns] = kernel.shape as [number, number, number, number]
  return tf.transpose(tf.reshape(kernel, [channels, many / channels, rows, columns]), [2, 3, 0, 1])
}

/** TensorFlow.js takes strides or dilation, not both, and its native library takes equal strides: then what is too much is left out afterwards. */
function convolve(tf: TensorFlow, x: Tensor4D, filter: Tensor4D, strides: Pair, dilations: Pair): Tensor4D {
  const dilated = dilations.some(d => d > 1)
  const stepped = strides.some(s => s > 1)
  if (!stepped || (!dilated && strides[0] === strides[1])) return tf.depthwiseConv2d(x, filter, strides, 'valid', 'NHWC', dilations)
  const dense = tf.depthwiseConv2d(x, filter, 1, 'valid', 'NHWC', dilations)
  return tf.stridedSlice(dense, [0, 0, 0, 0], dense.shape, [1, ...strides, 1]) as Tensor4D
}
