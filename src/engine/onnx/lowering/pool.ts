import { ints, size, type Operation } from '../../../tensor/primitive'
import type { OnnxGraph } from '../onnxGraph'
import type { LoweringContext, LoweringFamily } from './lowering'

const window = ({ attributes }: Operation) => ({
  kernel_shape: ints(attributes, 'size'),
  strides: ints(attributes, 'strides'),
  pads: ints(attributes, 'pads'),
})

/** [maximum, its index in the flat input]: the first one where several are equal. */
const withIndices = (graph: OnnxGraph, x: string, operation: Operation) => graph.nodeOf('MaxPool', [x], window(operation), 2)

/** Whether the windows tile the image: none overlap, nothing is padded or left over. */
export function tiles({ attributes, inputs }: Operation): boolean {
  const [size, strides, pads] = [ints(attributes, 'size'), ints(attributes, 'strides'), ints(attributes, 'pads')]
  return pads.every(pad => pad === 0) && size.every((d, axis) => d === strides[axis] && inputs[0]!.shape[axis + 2]! % d === 0)
}

/** Whether each window is a whole column: the maximum over a few slices that lie one behind the other. */
const isColumn = ({ attributes, inputs }: Operation) =>
  ints(attributes, 'size').join() === `${inputs[0]!.shape[2]},1` && ints(attributes, 'pads').every(pad => pad === 0)

export const pool: LoweringFamily = {
  maxPool2d(context) {
    const { graph, inputs, operation, computes } = context
    if (isColumn(operation)) return graph.node('Max', rowsOf(context))
    // Indices cost much more than the maximum alone: only where the gradient below needs them.
    const indices = !tiles(operation) && computes('maxPool2dGradient', operation.inputs[0]!.id, operation.attributes)
    return indices ? withIndices(graph, inputs[0]!, operation)[0]! : graph.node('MaxPool', inputs, window(operation))
  },

  maxPool2dGradient(context) {
    return isColumn(context.operation) ? byRow(context) : tiles(context.operation) ? byRank(context) : byIndex(context)
  },
}

/** The rows of an image as slices. */
function rowsOf({ graph, inputs, operation }: LoweringContext): string[] {
  const rows = operation.inputs[0]!.shape[2]!
  return Array.from({ length: rows }, (_, i) => graph.node('Slice', [inputs[0]!, graph.ints([i]), graph.ints([i + 1]), graph.ints([2])]))
}

/** For columns: each row takes what it holds the maximum for, and leaves the rest to the next; the last takes what is left. */
function byRow(context: LoweringContext): string {
  const { graph, inputs } = context
  const rows = rowsOf(context)
  const largest = graph.node('Max', rows)
  let rest = inputs[1]!
  const parts = rows.slice(0, -1).map(row => {
    const hit = graph.node('Cast', [graph.node('Equal', [row, largest])], { to: 1 })
    const part = graph.node('Mul', [rest, hit])
    rest = graph.node('Sub', [rest, part])
    return part
  })
  return parts.length === 0 ? rest : graph.node('Concat', [...parts, rest], { axis: 2 })
}

/**
 * For windows that tile: each place of a window has a rank, falling from size² to 1. Places that hold the maximum are
 * marked by their rank; the largest rank in the window is its first maximum.
 */
function byRank({ graph, inputs, operation }: LoweringContext): string {
  const [x, g] = inputs as [string, string]
  const [rows, columns] = ints(operation.attributes, 'size') as [number, number]
  const [height, width] = operation.output.shape.slice(2) as [number, number]
  const rank = (i: number) => rows * columns - (Math.floor(i / width) % rows) * columns - ((i % width) % columns)
  const ranks = graph.floats(
    Float32Array.from({ length: height * width }, (_, i) => rank(i)),
    [1, 1, height, width],
  )
  const nearest = { mode: 'nearest', nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' }
  const spread = (y: string) => graph.node('Resize', [y, '', graph.floats(Float32Array.of(1, 1, rows, columns), [4])], nearest)
  const mask = (a: string, b: string) => graph.node('Cast', [graph.node('Equal', [a, b])], { to: 1 })
  const largest = (values: string) => spread(graph.node('MaxPool', [values], window(operation)))
  const marked = graph.node('Mul', [mask(x, largest(x)), ranks])
  return graph.node('Mul', [mask(largest(marked), ranks), spread(g)])
}

function byIndex({ graph, inputs, operation }: LoweringContext): string {
  const [x, g] = inputs as [string, string]
  const [indices, shape] = [withIndices(graph, x, operation)[1]!, operation.output.shape]
  const zeros = graph.node('ConstantOfShape', [graph.ints([size(shape)])])
  const count = graph.ints([size(operation.inputs[1]!.shape)])
  const [places, values] = [indices, g].map(name => graph.node('Reshape', [name, count])) as [string, string]
  return graph.node('Reshape', [graph.node('ScatterElements', [zeros, places, values], { axis: 0, reduction: 'add' }), graph.ints(shape)])
}
