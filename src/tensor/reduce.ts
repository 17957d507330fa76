import { ints, type PrimitiveFamily } from './primitive'

export const reduce: PrimitiveFamily = {
  /** Sum over `axes` (ascending); `keep`: they stay with size 1. */
  sum: {
    shape([x], attributes) {
      const axes = ints(attributes, 'axes')
      if (axes.some(a => !(a >= 0 && a < x!.length))) throw new RangeError(`sum: axes ${axes.join(', ')} of a tensor of rank ${x!.length}`)
      return attributes.keep ? x!.map((d, i) => (axes.includes(i) ? 1 : d)) : x!.filter((_, i) => !axes.includes(i))
    },
    gradient(p, { inputs: [x], attributes }, g) {
      const kept = x!.shape.map((d, i) => (ints(attributes, 'axes').includes(i) ? 1 : d))
      return [p.broadcast(p.reshape(g, kept), x!.shape)]
    },
  },
  /** Over the last axis. dx = g − softmax·Σg. */
  logSoftmax: {
    shape: ([x]) => x!,
    gradient(p, { output }, g) {
      return [p.subtract(g, p.multiply(p.exp(output), p.sum(g, [output.shape.length - 1], true)))]
    },
  },
}
