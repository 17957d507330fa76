import { ints, type Operation } from '../../../tensor/primitive'
import type { LoweringFamily } from './lowering'

const geometry = ({ attributes }: Operation) => ({
  strides: ints(attributes, 'strides'),
  pads: ints(attributes, 'pads'),
  dilations: ints(attributes, 'dilations'),
})

export const depthwiseConv: LoweringFamily = {
  depthwiseConv2d: ({ graph, inputs, operation }) =>
    graph.node('Conv', inputs, { ...geometry(operation), group: operation.inputs[0]!.shape[1]! }),

  depthwiseConv2dInputGradient({ graph, inputs, operation }) {
    const { strides, pads, dilations } = geometry(operation)
    const [g, kernel] = operation.inputs.map(t => t.shape)
    const rest = [0, 1].map(axis => {
      const covered = (g![axis + 2]! - 1) * strides[axis]! + (kernel![axis + 2]! - 1) * dilations[axis]! + 1
      return operation.output.shape[axis + 2]! + pads[axis]! + pads[axis + 2]! - covered
    })
    return graph.node('ConvTranspose', inputs, { strides, pads, dilations, output_padding: rest, group: operation.output.shape[1]! })
  },

  /** A convolution with batch and channels swapped, a group per channel: x as [1, c·batch, h, w], the cotangent as kernels [c·m, batch, oh, ow]. */
  depthwiseConv2dKernelGradient({ graph, inputs, operation }) {
    const { strides, pads, dilations } = geometry(operation)
    const [batch, channels, height, width] = operation.inputs[0]!.shape as [number, number, number, number]
    const [x, g] = inputs.map(name => graph.node('Transpose', [name], { perm: [1, 0, 2, 3] })) as [string, string]
    const rows = graph.node('Reshape', [x, graph.ints([1, channels * batch, height, width])])
    const y = graph.node('Conv', [rows, g], { strides: dilations, dilations: strides, pads, group: channels })
    const [kernelHeight, kernelWidth] = operation.output.shape.slice(2) as [number, number]
    // Rows of the input that a stride left over give more outputs than the kernel has.
    const cut = graph.node('Slice', [y, graph.ints([0, 0]), graph.ints([kernelHeight, kernelWidth]), graph.ints([2, 3])])
    return graph.node('Reshape', [cut, graph.ints(operation.output.shape)])
  },
}
