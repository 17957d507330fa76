import { ints } from '../../../tensor/primitive'
import type { LoweringFamily } from './lowering'

export const layout: LoweringFamily = {
  reshape: ({ runtime: { tf }, inputs: [x], operation }) => tf.reshape(x!, [...operation.output.shape]),
  transpose: ({ runtime: { tf }, inputs: [x], operation }) => tf.transpose(x!, [...ints(operation.attributes, 'permutation')]),
  // Adding to zeros repeats by NumPy's rule in one kernel, whatever the ranks.
  broadcast: ({ runtime: { tf }, inputs: [x], operation }) => tf.add(x!, tf.zeros([...operation.output.shape])),
  concat: ({ runtime: { tf }, inputs, operation }) => tf.concat([...inputs], operation.attributes.axis as number),
  slice({ runtime: { tf }, inputs: [x], operation: { attributes, output } }) {
    const { axis, start } = attributes as { axis: number; start: number }
    const begin = output.shape.map((_, i) => (i === axis ? start : 0))
    return tf.slice(x!, begin, [...output.shape])
  },
  pad({ runtime: { tf }, inputs: [x], operation: { attributes, output } }) {
    const { axis, before, after } = attributes as { axis: number; before: number; after: number }
    const pads = output.shape.map((_, i): [number, number] => (i === axis ? [before, after] : [0, 0]))
    return tf.pad(x!, pads)
  },
  oneHot({ runtime: { tf }, inputs: [indices], operation }) {
    const depth = operation.attributes.depth as number
    return tf.cast(tf.equal(tf.expandDims(indices!, -1), tf.range(0, depth)), 'float32')
  },
}
