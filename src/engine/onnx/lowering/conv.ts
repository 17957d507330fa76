import { ints } from '../../../tensor/primitive'
import { blocked } from '../onnxGraph'
import type { LoweringContext, LoweringFamily } from './lowering'

const geometryOf = ({ operation: { attributes } }: LoweringContext) => ({
  strides: ints(attributes, 'strides'),
  pads: ints(attributes, 'pads'),
  dilations: ints(attributes, 'dilations'),
})

export const conv: LoweringFamily = {
  conv2d(context) {
    return forwardFitsBlocks(context) ? forwardInBlocks(context) : context.graph.node('Conv', context.inputs, geometryOf(context))
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

  conv2dKernelGradient(context) {
    if (kernelGradientFitsBlocks(context)) return kernelGradientInBlocks(context)
    return context.operation.inputs[0]!.shape[1] === 1 ? kernelGradientByImage(context) : kernelGradient(context)
  },
}

/**
 * A convolution with batch and channels swapped: x as [in, batch, h, w], the cotangent as a kernel [out, batch, oh, ow];
 * strides and dilations change places.
 */
function kernelGradient({ graph, inputs, operation }: LoweringContext): string {
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
}

/** With one channel, a convolution per image, side by side as groups, and their sum: nothing has to be transposed. */
function kernelGradientByImage({ graph, inputs, operation }: LoweringContext): string {
  const [strides, pads, dilations] = ['strides', 'pads', 'dilations'].map(name => ints(operation.attributes, name)) as [
    number[],
    number[],
    number[],
  ]
  const [batch, , height, width] = operation.inputs[0]!.shape as [number, number, number, number]
  const [, filters, rows, columns] = operation.inputs[1]!.shape as [number, number, number, number]
  const [kernelHeight, kernelWidth] = operation.output.shape.slice(2) as [number, number]
  const image = graph.node('Reshape', [inputs[0]!, graph.ints([1, batch, height, width])])
  const weights = graph.node('Reshape', [inputs[1]!, graph.ints([batch * filters, 1, rows, columns])])
  const y = graph.node('Conv', [image, weights], { strides: dilations, dilations: strides, pads, group: batch })
  const cut = graph.node('Slice', [y, graph.ints([0, 0]), graph.ints([kernelHeight, kernelWidth]), graph.ints([2, 3])])
  const apart = graph.node('Reshape', [cut, graph.ints([batch, filters, 1, kernelHeight, kernelWidth])])
  return graph.node('ReduceSum', [apart, graph.ints([0])], { keepdims: 0 })
}

/**
 * Whether the forward convolution may run in blocks: with fewer channels than a block the input is read as it is, and only
 * the output has blocks. Worth it where few of its channels are padding.
 */
function forwardFitsBlocks({ block, operation }: LoweringContext): boolean {
  const [filters, channels] = operation.inputs[1]!.shape
  return block > 0 && channels! < block && Math.ceil(filters! / block) * block <= 1.6 * filters!
}

function forwardInBlocks(context: LoweringContext): string {
  const { graph, inputs, operation, block } = context
  const [filters, channels, height, width] = operation.inputs[1]!.shape as [number, number, number, number]
  const [kernel, bias] = [inputs[1]!, inputs[2]]
  const padded = Math.ceil(filters / block) * block
  const extra = padded - filters
  const full = extra === 0 ? kernel : graph.node('Pad', [kernel, graph.ints([0, 0, 0, 0, extra, 0, 0, 0])])
  const ordered = graph.node('Transpose', [graph.node('Reshape', [full, graph.ints([padded / block, block, channels * height * width])])], {
    perm: [0, 2, 1],
  })
  const operands = [inputs[0]!, graph.node('Reshape', [ordered, graph.ints([padded, channels, height, width])])]
  if (bias !== undefined) operands.push(extra === 0 ? bias : graph.node('Pad', [bias, graph.ints([0, extra])]))
  const y = graph.node('Conv', operands, { ...geometryOf(context), kernel_shape: [height, width] }, blocked)
  return graph.node('ReorderOutput', [y], { channels: filters }, blocked)
}

/**
 * Whether the blocked form is right and worth it: whole blocks of batch rows (they take the place of channels), nothing
 * left over by strides, and enough channels or filters to pay for the reordering.
 */
function kernelGradientFitsBlocks({ block, operation }: LoweringContext): boolean {
  const [batch, channels, ...image] = operation.inputs[0]!.shape
  const [, filters, ...output] = operation.inputs[1]!.shape
  const [strides, pads, dilations] = ['strides', 'pads', 'dilations'].map(name => ints(operation.attributes, name)) as [
    number[],
    number[],
    number[],
  ]
  const covered = (axis: number) => (output[axis]! - 1) * strides[axis]! + operation.output.shape[axis + 2]!
  const exact = [0, 1].every(axis => dilations[axis] === 1 && covered(axis) === image[axis]! + pads[axis]! + pads[axis + 2]!)
  return block > 0 && batch! % block === 0 && exact && (channels! >= 4 || filters! > block)
}

/** The same convolution in the blocked layout: twice as fast. The filters are padded with zeros to whole blocks. */
function kernelGradientInBlocks({ graph, inputs, operation, block }: LoweringContext): string {
  const [batch, channels] = operation.inputs[0]!.shape as [number, number, number, number]
  const [, filters, rows, columns] = operation.inputs[1]!.shape as [number, number, number, number]
  const [top, left, bottom, right] = ints(operation.attributes, 'pads') as [number, number, number, number]
  const padded = Math.ceil(filters / block) * block
  const [kernelHeight, kernelWidth] = operation.output.shape.slice(2) as [number, number]

  let x = graph.node('Transpose', [inputs[0]!], { perm: [1, 0, 2, 3] })
  if (top + left + bottom + right > 0) x = graph.node('Pad', [x, graph.ints([0, 0, top, left, 0, 0, bottom, right])])
  const image = graph.node('ReorderInput', [x], {}, blocked)

  let g = inputs[1]!
  // Reordering fills the last block with zeros by itself, but takes channels in fours.
  const missing = -filters & 3
  if (missing > 0) g = graph.node('Pad', [g, graph.ints([0, 0, 0, 0, 0, missing, 0, 0])])
  // [batch, filters/b, pixels, b] → [filters/b, batch/b, pixels, b of the batch, b of the filters]
  const ordered = graph.node('Reshape', [
    graph.node('ReorderInput', [g], {}, blocked),
    graph.ints([batch / block, block, padded / block, rows * columns, block]),
  ])
  const weights = graph.node('Reshape', [
    graph.node('Transpose', [ordered], { perm: [2, 0, 3, 1, 4] }),
    graph.ints([padded, batch, rows, columns]),
  ])

  const y = graph.node(
    'Conv',
    [image, weights],
    { kernel_shape: [rows, columns], dilations: ints(operation.attributes, 'strides') },
    blocked,
  )
  const area = kernelHeight * kernelWidth
  const parts = graph.node('Transpose', [graph.node('Reshape', [y, graph.ints([channels, padded / block, area, block])])], {
    perm: [1, 3, 0, 2],
  })
  const all = graph.node('Reshape', [parts, graph.ints([padded, channels, kernelHeight, kernelWidth])])
  return padded === filters ? all : graph.node('Slice', [all, graph.ints([0]), graph.ints([filters]), graph.ints([0])])
}
