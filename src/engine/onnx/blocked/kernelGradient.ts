import type { Tensor } from '../../../tensor/builder'
import type { Operation } from '../../../tensor/primitive'
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
  const groups = values.isImage(x) ? groupsOf(operation, block) : 1
  // [batch/b, b of batch, filters/b · pixels, b of filters] → for each group, [filters/b, batch/b, pixels, b of batch, b of filters]
  const kernel = exchanged(graph, channelsApart(graph, values.written(g), [batch / block, block, filters * rows * columns]), [
    groups,
    batch / block / groups,
    filters / block,
    rows * columns * block * block,
  ])
  const kernelOfBatch = graph.node('Reshape', [kernel, graph.ints([groups * filters, batch / groups, rows, columns])])
  return values.isImage(x) ? gradientOfBlocks(context, kernelOfBatch, groups) : gradientOfChannels(context, kernelOfBatch)
}

/** Pieces of work that 2, 3, 4 or 6 threads share evenly. */
const pieces = 12
/** Blocks of filters that the runtime computes at once. */
const filterBlocks = 4

/**
 * The runtime gives threads the rows of the result, which are those of the kernel, for each image and some blocks of filters:
 * three in all where there are few channels, and of two threads one waits. In groups, the rows of the batch are divided too.
 */
function groupsOf({ inputs: [x, g], output }: Operation, block: number): number {
  const [[batch, channels], [, filters], [, , height]] = [x!.shape, g!.shape, output.shape] as [Pair, Pair, KernelShape]
  const work = (channels / block) * Math.ceil(filters / block / filterBlocks) * height
  const blocks = batch / block
  let groups = 1
  while (work * groups < pieces && groups * 2 <= blocks && blocks % (groups * 2) === 0) groups *= 2
  return groups
}

/** [n, rows, columns of whole blocks] → [n, columns/b, rows, b] */
const channelsApart = (graph: OnnxGraph, x: string, shape: readonly number[]) =>
  graph.node('ReorderInput', [graph.node('Reshape', [x, graph.ints([shape[0]!, 1, ...shape.slice(1)])])], { channels_last: 1 }, blocked)

/** [groups, m, n, …] → [groups, n, m, …] */
function exchanged(graph: OnnxGraph, x: string, shape: readonly [number, number, number, number]): string {
  if (shape[1] === 1 || shape[2] === 1) return x
  return graph.node('Transpose', [graph.node('Reshape', [x, graph.ints(shape)])], { perm: [0, 2, 1, 3] })
}

/**
 * x in blocks of channels: the channels of a block count as pixels that lie side by side, so that the kernel's columns, that
 * many pixels apart, meet one of them each. x is turned over once only: [batch/b, b of batch, rest] → [batch/b, rest, b of batch].
 */
function gradientOfBlocks({ graph, operation, values, writer: { block } }: BlockedContext, kernel: string, groups: number): string {
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
  image = exchanged(graph, image, [1, batch / block, channels / block, height * wide * block])
  image = graph.node('Reshape', [image, graph.ints([channels / block, batch, height, wide])])
  const dilations = [strides[0], strides[1] * block]
  const attributes = { kernel_shape: [rows, columns], dilations, pads: [top, 0, bottom, 0], ...(groups > 1 && { group: groups }) }
  const parts = graph.node('Conv', [image, kernel], attributes, blocked)

  // Rows of the input that a stride left over give more outputs than the kernel has.
  const h = height + top + bottom - (rows - 1) * strides[0]
  const w = width + left + right - (columns - 1) * strides[1]
  const size = g.shape[1]! * h * w * block
  const apart = () => graph.node('Reshape', [parts, graph.ints([channels / block, groups, size])])
  const y = groups === 1 ? parts : graph.node('ReduceSum', [apart(), graph.ints([1])], { keepdims: 0 })
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
