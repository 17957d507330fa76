import type { Tensor } from '../../../tensor/builder'
import { blocked, type OnnxGraph } from '../onnxGraph'
import { geometryOf, seenPixels, skipsPixels, type Pair } from './geometry'
import { BlockedKernels, type KernelShape } from './kernels'
import type { BlockedContext, BlockedLowering } from './lowering'

/**
 * A convolution with batch and channels swapped: rows of the batch take the place of channels, g that of the kernel, strides
 * that of dilations.
 */
export function conv2dKernelGradient(context: BlockedContext): ReturnType<BlockedLowering> {
  const { graph, operation, values, writer: { block } } = context // prettier-ignore
  const [x, g] = operation.inputs as [Tensor, Tensor]
  const [batch] = x.shape as [number]
  const [, filters, rows, columns] = g.shape as [number, number, number, number]
  const { dilations } = geometryOf(operation)
  if (!values.isImage(g) || batch % block !== 0 || filters % block !== 0 || dilations.some(d => d !== 1)) return null
  // [batch/b, b of batch, filters/b · pixels, b of filters] → [filters/b, batch/b, pixels, b of batch, b of filters]
  const kernel = exchanged(graph, channelsApart(graph, values.written(g), [batch / block, block, filters * rows * columns]), [
    batch / block,
    filters / block,
    rows * columns * block * block,
  ])
  const kernelOfBatch = graph.node('Reshape', [kernel, graph.ints([filters, batch, rows, columns])])
  return (values.isImage(x) ? gradientOfBlocks : gradientOfChannels)(context, kernelOfBatch)
}

/** [n, rows, columns of whole blocks] → [n, columns/b, rows, b] */
const channelsApart = (graph: OnnxGraph, x: string, shape: readonly number[]) =>
  graph.node('ReorderInput', [graph.node('Reshape', [x, graph.ints([shape[0]!, 1, ...shape.slice(1)])])], { channels_last: 1 }, blocked)

/** [m, n, …] → [n, m, …] */
function exchanged(graph: OnnxGraph, x: string, shape: readonly number[]): string {
  if (shape[0] === 1 || shape[1] === 1) return x
  return graph.node('Transpose', [graph.node('Reshape', [x, graph.ints(shape)])], { perm: [1, 0, 2] })
}

/**
 * x in blocks of channels: the channels of a block count as pixels that lie side by side, so that the kernel's columns, that
 * many pixels apart, meet one of them each. x is turned over once only: [batch/b, b of batch, rest] → [batch/b, rest, b of batch].
 */
function gradientOfBlocks({ graph, operation, values, writer: { block } }: BlockedContext, kernel: string): string {
  const [x, g] = operation.inputs as [Tensor, Tensor]
  const [batch, channels] = x.shape as [number, number]
  const [, , rows, columns] = g.shape as [number, number, number, number]
  const subsampled = skipsPixels(operation, operation.output.shape)
  const strides: Pair = subsampled ? [1, 1] : geometryOf(operation).strides
  const [height, width] = (subsampled ? g.shape.slice(2) : x.shape.slice(2)) as [number, number]
  const [top, left, bottom, right] = geometryOf(operation).pads
  let image = subsampled ? seenPixels(graph, values.written(x), geometryOf(operation).strides) : values.written(x)
  const wide = (width + left + right) * block
  if (left + right > 0) {
    const rowsOfAll = graph.node('Reshape', [image, graph.ints([(batch * channels * height) / block, width * block])])
    image = graph.node('Pad', [rowsOfAll, graph.ints([0, left * block, 0, right * block])])
  }
  const rest = (channels / block) * height * wide
  image = graph.node('ReorderInput', [graph.node('Reshape', [image, graph.ints([batch / block, block, 1, rest])])], {}, blocked)
  image = exchanged(graph, image, [batch / block, channels / block, height * wide * block])
  image = graph.node('Reshape', [image, graph.ints([channels / block, batch, height, wide])])
  const attributes = { kernel_shape: [rows, columns], dilations: [strides[0], strides[1] * block], pads: [top, 0, bottom, 0] }
  const y = graph.node('Conv', [image, kernel], attributes, blocked)

  // Rows of the input that a stride left over give more outputs than the kernel has.
  const h = height + top + bottom - (rows - 1) * strides[0]
  const w = width + left + right - (columns - 1) * strides[1]
  return new BlockedKernels(graph, block).plain(y, operation.output.shape as KernelShape, h, w)
}

/** x as it is: each channel is an image of its own. */
function gradientOfChannels({ graph, operation, values, writer: { block } }: BlockedContext, kernel: string): string {
  const [x, g] = operation.inputs as [Tensor, Tensor]
  const [, channels, height, width] = x.shape as [number, number, number, number]
  const [, filters, rows, columns] = g.shape as [number, number, number, number]
  const [, , kernelHeight, kernelWidth] = operation.output.shape as [number, number, number, number]
  const { strides, pads } = geometryOf(operation)
  const [top, left, bottom, right] = pads
  let image = graph.node('Transpose', [values.plain(x)], { perm: [1, 0, 2, 3] })
  if (pads.some(pad => pad > 0)) image = graph.node('Pad', [image, graph.ints([0, 0, top, left, 0, 0, bottom, right])])
  image = graph.node('ReorderInput', [image], {}, blocked)
  const y = graph.node('Conv', [image, kernel], { kernel_shape: [rows, columns], dilations: strides }, blocked)
  const h = height + top + bottom - (rows - 1) * strides[0]
  const w = width + left + right - (columns - 1) * strides[1]
  let parts = graph.node('Reshape', [y, graph.ints([channels, filters / block, h, w, block])])
  if (h > kernelHeight || w > kernelWidth)
    parts = graph.node('Slice', [parts, graph.ints([0, 0]), graph.ints([kernelHeight, kernelWidth]), graph.ints([2, 3])])
  return graph.node('Reshape', [graph.node('Transpose', [parts], { perm: [1, 4, 0, 2, 3] }), graph.ints(operation.output.shape)])
}
