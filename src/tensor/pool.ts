import { ints, shown, type PrimitiveFamily } from './primitive'

/** Max pooling over windows; attributes size [2], strides [2], pads [top, left, bottom, right]. Padding never wins. */
export const pool: PrimitiveFamily = {
  maxPool2d: {
    shape([x], attributes) {
      const [size, strides, pads] = [ints(attributes, 'size'), ints(attributes, 'strides'), ints(attributes, 'pads')]
      const along = (axis: 0 | 1) => Math.floor((x![axis + 2]! + pads[axis]! + pads[axis + 2]! - size[axis]!) / strides[axis]!) + 1
      if (x!.length !== 4 || along(0) < 1 || along(1) < 1)
        throw new RangeError(`maxPool2d: window ${shown(size)} is larger than its input ${shown(x!)}`)
      if (pads.some((pad, i) => pad >= size[i % 2]!))
        throw new RangeError(`maxPool2d: padding ${shown(pads)} must be smaller than the window ${shown(size)}`)
      return [x![0]!, x![1]!, along(0), along(1)]
    },
    gradient: (p, { inputs: [x], attributes }, g) => [p.emit('maxPool2dGradient', [x!, g], attributes)],
  },
  /** (x, cotangent of the output) → cotangent of x: each window's goes to its first maximum in row order; overlaps add up. */
  maxPool2dGradient: { shape: ([x]) => x! },
}
