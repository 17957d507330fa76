import { broadcastShape, unbroadcast } from './elementwise'
import { ints, sameShape, shown, size, type PrimitiveFamily } from './primitive'

/** Primitives that move values without changing them. */
export const layout: PrimitiveFamily = {
  reshape: {
    shape([x], attributes) {
      const shape = ints(attributes, 'shape')
      if (size(shape) !== size(x!)) throw new RangeError(`reshape: ${shown(x!)} does not fill ${shown(shape)}`)
      return shape
    },
    gradient: (p, { inputs: [x] }, g) => [p.reshape(g, x!.shape)],
  },
  transpose: {
    shape([x], attributes) {
      const permutation = ints(attributes, 'permutation')
      if (
        !sameShape(
          [...permutation].sort((a, b) => a - b),
          [...x!.keys()],
        )
      )
        throw new RangeError(`transpose: ${shown(permutation)} is no permutation of the axes of ${shown(x!)}`)
      return permutation.map(axis => x![axis]!)
    },
    gradient(p, { attributes }, g) {
      const permutation = ints(attributes, 'permutation')
      return [
        p.transpose(
          g,
          permutation.map((_, i) => permutation.indexOf(i)),
        ),
      ]
    },
  },
  broadcast: {
    shape([x], attributes) {
      const shape = ints(attributes, 'shape')
      if (!sameShape(broadcastShape(x!, shape), shape))
        throw new RangeError(`broadcast: ${shown(x!)} does not broadcast to ${shown(shape)}`)
      return shape
    },
    gradient: (p, { inputs: [x] }, g) => [unbroadcast(p, g, x!.shape)],
  },
  concat: {
    shape(inputs, { axis }) {
      const [first] = inputs
      const fits = inputs.every(s => s.length === first!.length && s.every((d, i) => i === axis || d === first![i]))
      if (!fits || !((axis as number) < first!.length))
        throw new RangeError(`concat: shapes ${inputs.map(shown).join(', ')} differ outside axis ${String(axis)}`)
      return first!.map((d, i) => (i === axis ? inputs.reduce((n, s) => n + s[i]!, 0) : d))
    },
    gradient(p, { inputs, attributes: { axis } }, g, wanted) {
      let start = 0
      return inputs.map((x, i) => {
        const from = start
        start += x.shape[axis as number]!
        return wanted[i] ? p.emit('slice', [g], { axis: axis as number, start: from, end: start }) : null
      })
    },
  },
  /** Elements [start, end) along one axis. */
  slice: {
    shape([x], { axis, start, end }) {
      if (!((start as number) >= 0 && (end as number) > (start as number) && (end as number) <= x![axis as number]!))
        throw new RangeError(`slice: [${String(start)}, ${String(end)}) of ${shown(x!)}`)
      return x!.map((d, i) => (i === axis ? (end as number) - (start as number) : d))
    },
    gradient(p, { inputs: [x], attributes: { axis, start, end } }, g) {
      const after = x!.shape[axis as number]! - (end as number)
      return [p.emit('pad', [g], { axis: axis as number, before: start as number, after })]
    },
  },
  /** Zeros before and after along one axis. */
  pad: {
    shape: ([x], { axis, before, after }) => x!.map((d, i) => (i === axis ? d + (before as number) + (after as number) : d)),
    gradient(p, { inputs: [x], attributes: { axis, before } }, g) {
      const length = x!.shape[axis as number]!
      return [p.emit('slice', [g], { axis: axis as number, start: before as number, end: (before as number) + length })]
    },
  },
  /** indices [batch] → [batch, depth]; not differentiable. */
  oneHot: {
    shape: ([indices], { depth }) => [...indices!, depth as number],
    gradient: () => [null],
  },
}
