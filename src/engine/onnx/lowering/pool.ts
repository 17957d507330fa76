import { ints, size, type Operation } from '../../../tensor/primitive'
import type { OnnxGraph } from '../onnxGraph'
import type { LoweringFamily } from './lowering'

const window = ({ attributes }: Operation) => ({
  kernel_shape: ints(attributes, 'size'),
  strides: ints(attributes, 'strides'),
  pads: ints(attributes, 'pads'),
})

/** [maximum, its index in the flat input]: the first one where several are equal. */
const withIndices = (graph: OnnxGraph, x: string, operation: Operation) => graph.nodeOf('MaxPool', [x], window(operation), 2)

export const pool: LoweringFamily = {
  maxPool2d({ graph, inputs, operation, computes }) {
    const differentiated = computes('maxPool2dGradient', operation.inputs[0]!.id, operation.attributes)
    return differentiated ? withIndices(graph, inputs[0]!, operation)[0]! : graph.node('MaxPool', inputs, window(operation))
  },

  maxPool2dGradient({ graph, inputs, operation }) {
    const [x, g] = inputs as [string, string]
    const [indices, shape] = [withIndices(graph, x, operation)[1]!, operation.output.shape]
    const flat = graph.node('ConstantOfShape', [graph.ints([size(shape)])])
    const count = graph.ints([size(operation.inputs[1]!.shape)])
    const sums = graph.node('ScatterElements', [flat, graph.node('Reshape', [indices, count]), graph.node('Reshape', [g, count])], {
      axis: 0,
      reduction: 'add',
    })
    return graph.node('Reshape', [sums, graph.ints(shape)])
  },
}
