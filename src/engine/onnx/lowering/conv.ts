import { ints } from '../../../tensor/primitive'
import type { LoweringFamily } from './lowering'

export const conv: LoweringFamily = {
  conv2d({ graph, inputs, operation: { attributes } }) {
    return graph.node('Conv', inputs, {
      strides: ints(attributes, 'strides'),
      pads: ints(attributes, 'pads'),
      dilations: ints(attributes, 'dilations'),
    })
  },

  conv2dInputGradient({ graph, inputs, operation }) {
    const [strides, pads, dilations] = ['strides', 'pads', 'dilations'].map(name => ints(operation.attributes, name)) as [
      number[],
      number[],
      number[],
    ]
    const [g, kernel] = operation.inputs.map(t => t.shape)
    // What a stride leaves over at the far end of the input got no share of any output, but must be there.
    const rest = [0, 1].map(axis => {
      const covered = (g![axis + 2]! - 1) * strides[axis]! + (kernel![axis + 2]! - 1) * dilations[axis]! + 1
      return operation.output.shape[axis + 2]! + pads[axis]! + pads[axis + 2]! - covered
    })
    return graph.node('ConvTranspose', inputs, { strides, pads, dilations, output_padding: rest })
  },

  /**
   * A convolution with batch and channels swapped: x as [in, batch, h, w], the cotangent as a kernel [out, batch, oh, ow];
   * strides and dilations change places.
   */
  conv2dKernelGradient({ graph, inputs, operation }) {
    const [strides, pads, dilations] = ['strides', 'pads', 'dilations'].map(name => ints(operation.attributes, name)) as [
      number[],
      number[],
      number[],
    ]
    const [x, g] = inputs.map(name => graph.node('Transpose', [name], { perm: [1, 0, 2, 3] })) as [string, string]
    const [height, width] = operation.output.shape.slice(2) as [number, number]
    const y = graph.node('Conv', [x, g], { strides: dilations, dilations: strides, pads })
    // Rows of the input that a stride left over give more outputs than the kernel has.
    const cut = graph.node('Slice', [y, graph.ints([0, 0]), graph.ints([height, width]), graph.ints([2, 3])])
    return graph.node('Transpose', [cut], { perm: [1, 0, 2, 3] })
  },
}
