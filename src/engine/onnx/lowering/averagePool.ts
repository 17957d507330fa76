import { windowCounts } from '../../../tensor/averagePool'
import { ints, type Operation } from '../../../tensor/primitive'
import type { LoweringFamily } from './lowering'

const geometry = ({ attributes }: Operation) => ({ strides: ints(attributes, 'strides'), pads: ints(attributes, 'pads') })

export const averagePool: LoweringFamily = {
  averagePool2d: ({ graph, inputs, operation }) =>
    graph.node('AveragePool', inputs, { kernel_shape: ints(operation.attributes, 'size'), ...geometry(operation), count_include_pad: 0 }),

  /** Each output's share goes to all that its window sees: a transposed convolution with ones, every channel by itself. */
  averagePool2dGradient({ graph, inputs, operation }) {
    const { attributes, output } = operation
    const [batch, channels, rows, columns] = operation.inputs[0]!.shape as [number, number, number, number]
    const [window, strides, pads] = [ints(attributes, 'size'), ints(attributes, 'strides'), ints(attributes, 'pads')]
    const counts = graph.floats(windowCounts(output.shape, operation.inputs[0]!.shape, attributes), [1, 1, rows, columns])
    const share = graph.node('Div', [inputs[0]!, counts])
    const [height, width] = output.shape.slice(2) as [number, number]
    if (
      pads.every(pad => pad === 0) &&
      window.every((d, i) => d === strides[i]) &&
      height === rows * window[0]! &&
      width === columns * window[1]!
    ) {
      const nearest = { mode: 'nearest', nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' }
      return graph.node('Resize', [share, '', graph.floats(Float32Array.of(1, 1, window[0]!, window[1]!), [4])], nearest)
    }
    const single = graph.node('Reshape', [share, graph.ints([batch * channels, 1, rows, columns])])
    const ones = graph.floats(new Float32Array(window[0]! * window[1]!).fill(1), [1, 1, ...window])
    // What the windows leave over at the far end saw no output, but must be there.
    const rest = [0, 1].map(axis => {
      const covered = (operation.inputs[0]!.shape[axis + 2]! - 1) * strides[axis]! + window[axis]!
      return output.shape[axis + 2]! + pads[axis]! + pads[axis + 2]! - covered
    })
    const spread = graph.node('ConvTranspose', [single, ones], { ...geometry(operation), output_padding: rest })
    return graph.node('Reshape', [spread, graph.ints(output.shape)])
  },
}
