import { ints, shown, size, type Attributes, type PrimitiveFamily } from './primitive'

/**
 * The mean over windows; attributes size [2], strides [2], pads [top, left, bottom, right]. Padding does not count: a window
 * at the border has the mean of what it sees, as in TensorFlow. Linear, so that its gradient's gradient is itself.
 */
export const averagePool: PrimitiveFamily = {
  averagePool2d: {
    shape([x], attributes) {
      const [window, strides, pads] = [ints(attributes, 'size'), ints(attributes, 'strides'), ints(attributes, 'pads')]
      const along = (axis: 0 | 1) => Math.floor((x![axis + 2]! + pads[axis]! + pads[axis + 2]! - window[axis]!) / strides[axis]!) + 1
      if (x!.length !== 4 || along(0) < 1 || along(1) < 1)
        throw new RangeError(`averagePool2d: window ${shown(window)} is larger than its input ${shown(x!)}`)
      if (pads.some((pad, i) => pad >= window[i % 2]!))
        throw new RangeError(`averagePool2d: padding ${shown(pads)} must be smaller than the window ${shown(window)}`)
      return [x![0]!, x![1]!, along(0), along(1)]
    },
    gradient: (p, { inputs: [x], attributes }, g) => [p.emit('averagePool2dGradient', [g], { ...attributes, shape: x!.shape })],
  },
  /** Cotangent of the output → cotangent of x, whose shape is the attribute. */
  averagePool2dGradient: {
    shape: (_, attributes) => ints(attributes, 'shape'),
    gradient: (p, { attributes: { shape: _, ...window } }, cotangent) => [p.emit('averagePool2d', [cotangent], window)],
  },
}

/** How many values of the image each window sees, [oh, ow] row by row. */
export function windowCounts(image: readonly number[], output: readonly number[], attributes: Attributes): Float32Array {
  const [window, strides, pads] = [ints(attributes, 'size'), ints(attributes, 'strides'), ints(attributes, 'pads')]
  const along = (axis: 0 | 1, position: number) => {
    const start = position * strides[axis]! - pads[axis]!
    return Math.min(start + window[axis]!, image[axis + 2]!) - Math.max(start, 0)
  }
  const [rows, columns] = output.slice(2) as [number, number]
  return Float32Array.from({ length: size([rows, columns]) }, (_, i) => along(0, Math.floor(i / columns)) * along(1, i % columns))
}
