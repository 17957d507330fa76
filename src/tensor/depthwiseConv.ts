import { ints, shown, type PrimitiveFamily } from './primitive'

const extent = (input: number, kernel: number, stride: number, padding: number, dilation: number): number =>
  Math.floor((input + padding - (kernel - 1) * dilation - 1) / stride) + 1

/**
 * A convolution in which each channel has filters of its own, and its two gradients.
 * x [batch, c, h, w], kernel [c·multiplier, 1, kh, kw], output channels of one input channel side by side; attributes
 * strides [2], pads [top, left, bottom, right], dilations [2].
 */
export const depthwiseConv: PrimitiveFamily = {
  depthwiseConv2d: {
    shape([x, kernel, bias], attributes) {
      if (x!.length !== 4 || kernel!.length !== 4 || kernel![1] !== 1 || kernel![0]! % x![1]! !== 0)
        throw new RangeError(`depthwiseConv2d: input ${shown(x!)} does not fit kernel ${shown(kernel!)}`)
      if (bias && (bias.length !== 1 || bias[0] !== kernel![0]))
        throw new RangeError(`depthwiseConv2d: bias ${shown(bias)} does not fit kernel ${shown(kernel!)}`)
      const [strides, pads, dilations] = [ints(attributes, 'strides'), ints(attributes, 'pads'), ints(attributes, 'dilations')]
      const along = (axis: 0 | 1) =>
        extent(x![axis + 2]!, kernel![axis + 2]!, strides[axis]!, pads[axis]! + pads[axis + 2]!, dilations[axis]!)
      if (along(0) < 1 || along(1) < 1)
        throw new RangeError(`depthwiseConv2d: kernel ${shown(kernel!)} is larger than its input ${shown(x!)}`)
      return [x![0]!, kernel![0]!, along(0), along(1)]
    },
    gradient(p, { inputs: [x, kernel, bias], attributes }, g, wanted) {
      return [
        wanted[0] ? p.emit('depthwiseConv2dInputGradient', [g, kernel!], { ...attributes, shape: x!.shape }) : null,
        wanted[1] ? p.emit('depthwiseConv2dKernelGradient', [x!, g], { ...attributes, shape: kernel!.shape }) : null,
        bias && wanted[2] ? p.sum(g, [0, 2, 3]) : null,
      ]
    },
  },
  /** (cotangent of the output, kernel) → cotangent of x, whose shape is the attribute. */
  depthwiseConv2dInputGradient: {
    shape: (_, attributes) => ints(attributes, 'shape'),
    gradient(p, { inputs: [g, kernel], attributes: { shape: _, ...geometry } }, cotangent, wanted) {
      return [
        wanted[0] ? p.emit('depthwiseConv2d', [cotangent, kernel!], geometry) : null,
        wanted[1] ? p.emit('depthwiseConv2dKernelGradient', [cotangent, g!], { ...geometry, shape: kernel!.shape }) : null,
      ]
    },
  },
  /** (x, cotangent of the output) → cotangent of the kernel, whose shape is the attribute. */
  depthwiseConv2dKernelGradient: {
    shape: (_, attributes) => ints(attributes, 'shape'),
    gradient(p, { inputs: [x, g], attributes: { shape: _, ...geometry } }, cotangent, wanted) {
      return [
        wanted[0] ? p.emit('depthwiseConv2dInputGradient', [g!, cotangent], { ...geometry, shape: x!.shape }) : null,
        wanted[1] ? p.emit('depthwiseConv2d', [x!, cotangent], geometry) : null,
      ]
    },
  },
}
