import type { Tensor4D } from '@tensorflow/tfjs-core'
import { ints } from '../../../tensor/primitive'
import type { TensorFlow, Values } from '../runtime'
import { border, channelsFirst, channelsLast, spread } from './images'
import type { LoweringContext, LoweringFamily } from './lowering'

type Pair = [number, number]

/**
 * All three are the one convolution that every backend has: WebAssembly lacks the weight gradient, and its input gradient
 * knows no dilation and is slow.
 */
export const conv: LoweringFamily = {
  conv2d(context) {
    const { strides, pads, dilations } = geometry(context)
    const { tf } = context.runtime
    const [x, kernel, bias] = context.inputs
    const y = convolve(tf, channelsLast(tf, border(tf, x!, pads)), tf.transpose(kernel as Tensor4D, [2, 3, 1, 0]), strides, dilations)
    return channelsFirst(tf, bias ? tf.add(y, bias) : y)
  },

  /** dx = the cotangent, spread by the strides, convolved with the kernel turned round and its channels swapped. */
  conv2dInputGradient(context) {
    const { tf } = context.runtime
    const turned = tf.transpose(tf.reverse(context.inputs[1]!, [2, 3]) as Tensor4D, [2, 3, 0, 1])
    const { dilations } = geometry(context)
    return channelsFirst(tf, convolve(tf, channelsLast(tf, spreadCotangent(context)), turned, [1, 1], dilations))
  },

  /** dk = the input convolved with the cotangent: channels become the batch, the batch the channels; strides and dilations change places. */
  conv2dKernelGradient(context) {
    const { strides, dilations } = geometry(context)
    const { tf } = context.runtime
    // [in, height, width, batch] and [height, width, batch, out] give [in, kh, kw, out].
    const image = tf.transpose(imageSeen(context) as Tensor4D, [1, 2, 3, 0])
    const y = convolve(tf, image, tf.transpose(context.inputs[1] as Tensor4D, [2, 3, 0, 1]), dilations, strides)
    return tf.transpose(y, [3, 0, 1, 2])
  },
}

export function geometry({ operation: { attributes } }: LoweringContext): { strides: Pair; pads: readonly number[]; dilations: Pair } {
  return {
    strides: [...ints(attributes, 'strides')] as Pair,
    pads: ints(attributes, 'pads'),
    dilations: [...ints(attributes, 'dilations')] as Pair,
  }
}

/**
 * For an input gradient: the cotangent with zeros between and around, so that a convolution with the turned kernel gives exactly
 * the input's rows and columns.
 */
export function spreadCotangent(context: LoweringContext): Values {
  const { strides, pads, dilations } = geometry(context)
  const { tf } = context.runtime
  const [g, kernel] = context.inputs as [Values, Values]
  const [, , height, width] = context.operation.output.shape as [number, number, number, number]
  const wide = spread(tf, g, strides)
  const reach = (axis: 0 | 1) => (kernel.shape[axis + 2]! - 1) * dilations[axis]
  const [top, left] = [reach(0) - pads[0]!, reach(1) - pads[1]!]
  return border(tf, wide, [top, left, height + reach(0) - wide.shape[2]! - top, width + reach(1) - wide.shape[3]! - left])
}

/** For a kernel gradient: the input as far as the kernel reaches, padded or cut, so that exactly the kernel's rows and columns result. */
export function imageSeen(context: LoweringContext): Values {
  const { strides, pads, dilations } = geometry(context)
  const [x, g] = context.inputs as [Values, Values]
  const reach = (axis: 0 | 1) =>
    (context.operation.output.shape[axis + 2]! - 1) * dilations[axis] + (g.shape[axis + 2]! - 1) * strides[axis] + 1
  const [top, left] = [pads[0]!, pads[1]!]
  return border(context.runtime.tf, x, [top, left, reach(0) - x.shape[2]! - top, reach(1) - x.shape[3]! - left])
}

/** x [n, h, w, in] without padding, kernel [kh, kw, in, out]. TensorFlow.js takes strides or dilation, not both: then what is too much is left out afterwards. */
function convolve(tf: TensorFlow, x: Tensor4D, kernel: Tensor4D, strides: Pair, dilations: Pair): Tensor4D {
  const dilated = dilations.some(d => d > 1)
  if (!dilated || strides.every(s => s === 1)) return tf.conv2d(x, kernel, strides, 'valid', 'NHWC', dilations)
  const dense = tf.conv2d(x, kernel, 1, 'valid', 'NHWC', dilations)
  return tf.stridedSlice(dense, [0, 0, 0, 0], dense.shape, [1, ...strides, 1]) as Tensor4D
}
