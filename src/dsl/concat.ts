import { formatShape, type Dimension, type Shape } from '../ir/shape'
import { addNode, nextLayer, nodeAt, report, stackHere } from './recorder'
import type { Place } from '../ir/recording'
import { Tensor } from './tensor'
import { show } from './values'

export const concat = Object.freeze((...given: unknown[]): Tensor => {
  const stack = stackHere()
  const listed = given.length === 1 && Array.isArray(given[0])
  const values: unknown[] = listed ? Array.from(given[0] as unknown[]) : given
  const placeOf = (i: number): Place => (listed ? { stack, argument: 0, path: [i] } : { stack, argument: i })
  const inputs = values.flatMap((value, i) => {
    const node = Tensor.nodeOf(value)
    if (node !== undefined) return [{ node, place: placeOf(i) }]
    report({ code: 'mtl/not-a-tensor', message: `concat joins tensors, not ${show(value)}`, place: placeOf(i) })
    return []
  })
  if (values.length < 2) report({ code: 'mtl/missing-argument', message: 'concat joins two tensors or more', place: { stack } })
  const shape = inputs.length === values.length ? joined(inputs) : null
  return new Tensor(addNode({ kind: 'concat', layer: nextLayer(), inputs: inputs.map(i => i.node), options: {}, shape, stack }))
})

/** All axes but the last must agree; the last ones add up. */
function joined(inputs: readonly { readonly node: number; readonly place: Place }[]): Shape {
  let result: Dimension[] | null = null
  for (const [i, { node, place }] of inputs.entries()) {
    const { shape, use, stack } = nodeAt(node)
    if (shape === null) return null
    if (shape.length === 0) {
      report({ code: 'mtl/shape-mismatch', message: `concat needs at least one axis but gets ${formatShape(shape)}`, place })
      return null
    }
    if (result === null) {
      if (i > 0) return null
      result = [...shape]
      continue
    }
    const leading = result.slice(0, -1)
    const fits = shape.length === result.length && leading.every((d, axis) => d === null || shape[axis] === null || d === shape[axis])
    if (!fits) {
      report({
        code: 'mtl/shape-mismatch',
        message: `concat joins the last axis, so all others must agree: ${formatShape(shape)} does not fit ${formatShape(result)}`,
        place,
        related: [{ message: `${formatShape(shape)} comes from here`, place: { stack: use ?? stack } }],
      })
      return Array.from(result, () => null)
    }
    const [a, b]: [Dimension, Dimension] = [result[result.length - 1]!, shape[shape.length - 1]!]
    result = [...leading.map((d, axis) => d ?? shape[axis]!), a === null || b === null ? null : a + b]
  }
  return result
}
