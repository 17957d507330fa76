import type { Tensor } from '../../../tensor/builder'
import { blocked, type NodeAttributes, type OnnxGraph } from '../onnxGraph'
import { geometryOf, seenPixels, skipsPixels, type Pair } from './geometry'
import { written, type Coefficient } from './image'
import { BlockedKernels, type KernelShape, type Square } from './kernels'
import { conv2dKernelGradient } from './kernelGradient'
import type { BlockedContext, BlockedLowering } from './lowering'

/**
 * Convolutions between images in blocks. The runtime does not check what it is given here: channels, filters and, for the
 * kernel's gradient, batch rows must be whole blocks, or it writes out of bounds; every form below makes sure first.
 */
export const convolutions: Readonly<Record<string, BlockedLowering>> = { conv2d, conv2dInputGradient, conv2dKernelGradient }

function conv2d(context: BlockedContext): ReturnType<BlockedLowering> {
  const { graph, operation, values, writer: { block } } = context // prettier-ignore
  const [x, kernel, bias] = operation.inputs as [Tensor, Tensor, Tensor | undefined]
  const [filters, channels, height, width] = kernel.shape as [number, number, number, number]
  // An image of fewer channels than a block is read as it is.
  const fewChannels = channels < block && !values.isImage(x)
  if (filters % block !== 0 || !(fewChannels || channels % block === 0)) return null
  const { strides, dilations, pads } = geometryOf(operation)
  const weights = fewChannels
    ? reordered(graph, values.plain(kernel), [filters / block, block, channels * height * width], [0, 2, 1], kernel.shape)
    : new BlockedKernels(graph, block).forward(values.plain(kernel), kernel.shape as KernelShape)
  const subsampled = !fewChannels && skipsPixels(operation, kernel.shape)
  const image = fewChannels ? values.plain(x) : subsampled ? seenPixels(graph, values.written(x), strides) : values.written(x)
  const attributes = { kernel_shape: [height, width], strides: subsampled ? [1, 1] : strides, dilations, pads }
  if (context.computes('sum', operation.output.id, { axes: [2, 3], keep: false })) {
    const centred = aboutMean(context, image, weights, attributes)
    const shift = bias && { name: graph.node('Reshape', [values.plain(bias), graph.ints([1, filters, 1, 1])]), shape: [1, filters, 1, 1] }
    return shift ? { ...centred, offset: context.coefficients.add(centred.offset, shift) } : centred
  }
  return written(graph.node('Conv', [image, weights, ...(bias ? [values.plain(bias)] : [])], attributes, blocked))
}

/**
 * A convolution of which mean and variance are asked for. Its channels' means over the first image are taken off by its bias:
 * they cost one image, and what is left lies about 0, so that sums of squares are exact enough without a pass that centres it.
 * (Chan, Golub & LeVeque 1983, section 3: any pivot near the mean will do.)
 */
function aboutMean(
  { graph, operation, values, writer, coefficients }: BlockedContext,
  x: string,
  weights: string,
  attributes: NodeAttributes,
) {
  const [, filters] = operation.output.shape as [number, number]
  const first = graph.node('Slice', [x, graph.ints([0]), graph.ints([1]), graph.ints([0])])
  const mean: Coefficient = { name: writer.mean(graph.node('Conv', [first, weights], attributes, blocked)), shape: [1, filters, 1, 1] }
  const bias = graph.node('Reshape', [coefficients.multiply(mean, coefficients.number(-1))!.name, graph.ints([filters])])
  const image = graph.node('Conv', [x, weights, bias], attributes, blocked)
  values.setCentred(image)
  return { ...written(image), offset: mean }
}

const reordered = (graph: OnnxGraph, x: string, apart: readonly number[], perm: readonly number[], together: readonly number[]): string =>
  graph.node('Reshape', [graph.node('Transpose', [graph.node('Reshape', [x, graph.ints(apart)])], { perm }), graph.ints(together)])

function conv2dInputGradient(context: BlockedContext): ReturnType<BlockedLowering> {
  const { graph, operation, values, writer: { block } } = context // prettier-ignore
  const [g, kernel] = operation.inputs as [Tensor, Tensor]
  const [filters, channels] = kernel.shape as [number, number]
  if (filters % block !== 0 || channels % block !== 0) return null
  const { strides } = geometryOf(operation)
  const form = strides.every(s => s === 1) ? turnedKernel(context) : skipsPixels(operation, kernel.shape) ? spreadPixels : phases(context)
  return form && written(form({ ...context, image: () => values.written(g), graph }))
}

type Form = (context: BlockedContext & { readonly image: () => string }) => string

/** The squares of a kernel with out and in swapped, in the order in which they lie. */
function squares(inner: number, outer: number, area: number, square: (c: number, o: number, place: number) => Square | null) {
  return Array.from({ length: inner * outer * area }, (_, i) =>
    square(Math.floor(i / area / outer), Math.floor(i / area) % outer, i % area),
  )
}

/** Without strides: a convolution with the kernel turned round, in and out swapped. */
function turnedKernel({ operation }: BlockedContext): Form | null {
  const [, kernel] = operation.inputs as [Tensor, Tensor]
  const [filters, channels, height, width] = kernel.shape as [number, number, number, number]
  const { dilations, pads } = geometryOf(operation)
  const reach = [(height - 1) * dilations[0], (width - 1) * dilations[1]] as const
  const turned = pads.map((pad, i) => reach[i % 2]! - pad)
  if (turned.some(pad => pad < 0)) return null
  return ({ graph, values, writer: { block }, image }) => {
    const area = height * width
    const order = squares(channels / block, filters / block, area, (c, o, place) => [o, c, area - 1 - place])
    const weights = new BlockedKernels(graph, block).swapped(
      values.plain(kernel),
      kernel.shape as KernelShape,
      [channels, filters, height, width],
      order,
    )
    return graph.node('Conv', [image(), weights], { kernel_shape: [height, width], dilations, pads: turned }, blocked)
  }
}

/** For a 1×1 kernel with strides: the gradient of the pixels that were seen, zeros between. */
const spreadPixels: Form = ({ graph, operation, values, writer: { block }, image }) => {
  const [g, kernel] = operation.inputs as [Tensor, Tensor]
  const [filters, channels] = kernel.shape as [number, number]
  const [batch, , rows, columns] = g.shape as [number, number, number, number]
  const [, , height, width] = operation.output.shape as [number, number, number, number]
  const [down, right] = geometryOf(operation).strides
  const order = squares(channels / block, filters / block, 1, (c, o) => [o, c, 0])
  const weights = new BlockedKernels(graph, block).swapped(
    values.plain(kernel),
    kernel.shape as KernelShape,
    [channels, filters, 1, 1],
    order,
  )
  const seen = graph.node('Conv', [image(), weights], { kernel_shape: [1, 1] }, blocked)
  const images = (batch * channels) / block
  const wide = graph.node('Pad', [
    graph.node('Reshape', [seen, graph.ints([images * rows, 1, columns, block])]),
    graph.ints([0, 0, 0, 0, 0, down - 1, 0, (right - 1) * block]),
  ])
  const all = graph.node('Reshape', [wide, graph.ints([images, rows * down, columns * right, block])])
  const exact = rows * down === height && columns * right === width
  const cut = exact ? all : graph.node('Slice', [all, graph.ints([0, 0]), graph.ints([height, width]), graph.ints([1, 2])])
  return graph.node('Reshape', [cut, graph.ints(operation.output.shape)])
}

/**
 * With strides, the pixels of x fall into phases, each of which sees some places of the kernel: one convolution of g with as
 * many times the channels, whose phases are then put side by side.
 */
function phases({ operation }: BlockedContext): Form | null {
  const [g, kernel] = operation.inputs as [Tensor, Tensor]
  const [filters, channels] = kernel.shape as [number, number]
  const [batch] = g.shape as [number]
  const { strides, dilations, pads } = geometryOf(operation)
  const along = [0, 1].map(axis =>
    phasesAlong(operation.output.shape[axis + 2]!, g.shape[axis + 2]!, kernel.shape[axis + 2]!, strides[axis]!, pads[axis]!),
  )
  if (dilations.some(d => d !== 1) || along.some(a => a === null)) return null
  const [down, right] = along as [Phases, Phases]
  return ({ graph, values, writer: { block }, image }) => {
    const [s, t, m, n] = [strides[0], strides[1], down.places.length / strides[0], right.places.length / strides[1]]
    const width = kernel.shape[3]!
    const order = squares(s * t * (channels / block), filters / block, m * n, (c, o, tap) => {
      const phase = Math.floor(c / (channels / block))
      const y = down.places[Math.floor(phase / t) * m + Math.floor(tap / n)]!
      const x = right.places[(phase % t) * n + (tap % n)]!
      return y === null || x === null ? null : [o, c % (channels / block), y * width + x]
    })
    const all = s * t * channels
    const weights = new BlockedKernels(graph, block).swapped(values.plain(kernel), kernel.shape as KernelShape, [all, filters, m, n], order)
    const [before, after] = [down.pads, right.pads]
    const attributes = { kernel_shape: [m, n], pads: [before[0], after[0], before[1], after[1]] }
    const y = graph.node('Conv', [image(), weights], attributes, blocked)
    const sides = [batch, s, t, channels / block, down.length, right.length, block]
    return reordered(graph, y, sides, [0, 3, 4, 1, 5, 2, 6], operation.output.shape)
  }
}

interface Phases {
  /** Phase by phase, the place of the kernel that each tap is; null: none. */
  readonly places: readonly (number | null)[]
  readonly pads: Pair
  /** Pixels of a phase. */
  readonly length: number
}

/** Pixel s·q + φ of x gets g[q + δ]·kernel[φ + pad − s·δ] for each δ at which there is such a place. */
function phasesAlong(input: number, output: number, kernel: number, stride: number, pad: number): Phases | null {
  const seen = Array.from({ length: stride }, (_, phase) => {
    const first = Math.floor((phase + pad) / stride)
    const last = Math.ceil((phase + pad - kernel + 1) / stride)
    return { first, last }
  })
  const [most, least] = [Math.max(...seen.map(p => p.first)), Math.min(...seen.map(p => p.last))]
  const length = input / stride
  const pads: Pair = [-least, length - 1 + most - (output - 1)]
  if (!Number.isInteger(length) || pads.some(p => p < 0)) return null
  const place = (phase: number, delta: number) => phase + pad - stride * delta
  const deltas = Array.from({ length: most - least + 1 }, (_, i) => least + i)
  const places = seen.flatMap((_, phase) =>
    deltas.map(delta => (place(phase, delta) >= 0 && place(phase, delta) < kernel ? place(phase, delta) : null)),
  )
  return { places, pads, length }
}
