import { ints, shown, type Attributes, type PrimitiveFamily } from './primitive'

/** Output size along one axis. */
const extent = (input: number, kernel: number, stride: number, before: number, after: number, dilation: number): number =>
  Math.floor((input + before + after - (kernel - 1) * dilation - 1) / stride) + 1

/**
 * 2-D convolution (cross-correlation) and its two gradients, which are linear maps of their own.
 * x [batch, in, h, w], kernel [out, in, kh, kw]; attributes strides [2], pads [top, left, bottom, right], dilations [2].
 */
export const conv: PrimitiveFamily = {
  conv2d: {
    shape([x, kernel, bias], attributes) {
      if (x!.length !== 4 || kernel!.length !== 4 || x![1] !== kernel![1])
        throw new RangeError(`conv2d: input ${shown(x!)} does not fit kernel ${shown(kernel!)}`)
      if (bias && (bias.length !== 1 || bias[0] !== kernel![0]))
        throw new RangeError(`conv2d: bias ${shown(bias)} does not fit kernel ${shown(kernel!)}`)
      const [height, width] = convOutput(x!, kernel!, attributes)
      if (height < 1 || width < 1) throw new RangeError(`conv2d: kernel ${shown(kernel!)} is larger than its input ${shown(x!)}`)
      return [x![0]!, kernel![0]!, height, width]
    },
    gradient(p, { inputs: [x, kernel, bias], attributes }, g, wanted) {
      return [
        wanted[0] ? p.emit('conv2dInputGradient', [g, kernel!], { ...attributes, shape: x!.shape }) : null,
        wanted[1] ? p.emit('conv2dKernelGradient', [x!, g], { ...attributes, shape: kernel!.shape }) : null,
        bias && wanted[2] ? p.sum(g, [0, 2, 3]) : null,
      ]
    },
  },
  /** (cotangent of the output, kernel) → cotangent of x, whose shape is the attribute. */
  conv2dInputGradient: {
    shape: (_, attributes) => ints(attributes, 'shape'),
    gradient(p, { inputs: [g, kernel], attributes: { shape, ...geometry } }, cotangent, wanted) {
      return [
        wanted[0] ? p.emit('conv2d', [cotangent, kernel!], geometry) : null,
        wanted[1] ? p.emit('conv2dKernelGradient', [cotangent, g!], { ...geometry, shape: kernel!.shape }) : null,
      ]
    },
  },
  /** (x, cotangent of the output) → cotangent of the kernel, whose shape is the attribute. */
  conv2dKernelGradient: {
    shape: (_, attributes) => ints(attributes, 'shape'),
    gradient(p, { inputs: [x, g], attributes: { shape, ...geometry } }, cotangent, wanted) {
      return [
        wanted[0] ? p.emit('conv2dInputGradient', [g!, cotangent], { ...geometry, shape: x!.shape }) : null,
        wanted[1] ? p.emit('conv2d', [x!, cotangent], geometry) : null,
      ]
    },
  },
}

function convOutput(x: readonly number[], kernel: readonly number[], attributes: Attributes): [number, number] {
  const [strides, pads, dilations] = [ints(attributes, 'strides'), ints(attributes, 'pads'), ints(attributes, 'dilations')]
  return [
    extent(x[2]!, kernel[2]!, strides[0]!, pads[0]!, pads[2]!, dilations[0]!),
    extent(x[3]!, kernel[3]!, strides[1]!, pads[1]!, pads[3]!, dilations[1]!),
  ]
}
