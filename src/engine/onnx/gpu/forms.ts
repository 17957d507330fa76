import { ints, type Operation } from '../../../tensor/primitive'
import { conv } from '../lowering/conv'
import { depthwiseConv } from '../lowering/depthwiseConv'
import type { Lowering } from '../lowering/lowering'
import { pool, tiles } from '../lowering/pool'

// Where the WebGPU provider (1.30) lacks an operator or computes a grouped convolution wrongly, a primitive is written in
// operators that it has. All run on the device: test/conformance/gpu.test.ts holds each to the reference.

const smallestFloat = -3.4028234663852886e38

/** The provider has no Sign: [x > 0] − [x < 0]. */
const sign: Lowering = ({ graph, inputs }) => {
  const positive = (x: string) => graph.node('HardSigmoid', [x], { alpha: { float: -smallestFloat }, beta: { float: 0 } })
  return graph.node('Sub', [positive(inputs[0]!), positive(graph.node('Neg', [inputs[0]!]))])
}

/** The provider has no LogSoftmax: x − max − log Σ exp(x − max). */
const logSoftmax: Lowering = ({ graph, inputs }) => {
  const shifted = graph.node('Sub', [inputs[0]!, graph.node('ReduceMax', [inputs[0]!], { axes: [-1], keepdims: 1 })])
  const sum = graph.node('ReduceSum', [graph.node('Exp', [shifted]), graph.ints([-1])], { keepdims: 1 })
  return graph.node('Sub', [shifted, graph.node('Log', [sum])])
}

/** A convolution with batch and channels swapped; the processor's form for one channel is a grouped one, which comes out wrong. */
const conv2dKernelGradient: Lowering = ({ graph, inputs, operation: { attributes, output } }) => {
  const [strides, pads, dilations] = ['strides', 'pads', 'dilations'].map(name => ints(attributes, name)) as [number[], number[], number[]]
  const [x, g] = inputs.map(name => graph.node('Transpose', [name], { perm: [1, 0, 2, 3] })) as [string, string]
  const y = graph.node('Conv', [x, g], { strides: dilations, dilations: strides, pads })
  // Rows of the input that a stride left over give more outputs than the kernel has.
  const cut = graph.node('Slice', [y, graph.ints([0, 0]), graph.ints(output.shape.slice(2)), graph.ints([2, 3])])
  return graph.node('Transpose', [cut], { perm: [1, 0, 2, 3] })
}

/** With several filters per channel, grouped transposed convolutions come out wrong: one of all channels, with zeros between the groups. */
const depthwiseConv2dInputGradient: Lowering = context => {
  const { graph, inputs, operation } = context
  const [filters] = operation.inputs[1]!.shape as [number]
  const channels = operation.output.shape[1]!
  if (filters === channels) return depthwiseConv.depthwiseConv2dInputGradient!(context)
  const group = (filter: number) => Math.floor((filter * channels) / filters)
  const own = Float32Array.from({ length: filters * channels }, (_, i) => Number(group(Math.floor(i / channels)) === i % channels))
  const kernel = graph.node('Mul', [inputs[1]!, graph.floats(own, [filters, channels, 1, 1])])
  return conv.conv2dInputGradient!({ ...context, inputs: [inputs[0]!, kernel] })
}

const geometry = ({ attributes }: Operation) => ({ strides: ints(attributes, 'strides'), pads: ints(attributes, 'pads') })

/** Without indices, which the provider does not give. */
const maxPool2d: Lowering = ({ graph, inputs, operation }) =>
  graph.node('MaxPool', inputs, { kernel_shape: ints(operation.attributes, 'size'), ...geometry(operation) })

/**
 * For windows that overlap, leave gaps or reach over the edge: each place of the window takes what it holds the maximum for
 * and leaves the rest to the next, in row order; a transposed convolution, in which a kernel of one 1 stands for each place,
 * brings it back and adds it up.
 */
const maxPool2dGradient: Lowering = context => {
  const { graph, inputs, operation } = context
  if (tiles(operation)) return pool.maxPool2dGradient!(context)
  const { strides, pads } = geometry(operation)
  const [height, width] = ints(operation.attributes, 'size') as [number, number]
  const [batch, channels, ...image] = operation.output.shape as [number, number, number, number]
  const [rows, columns] = operation.inputs[1]!.shape.slice(2) as [number, number]
  const largest = graph.node('MaxPool', [inputs[0]!], { kernel_shape: [height, width], strides, pads })
  const padded = pads.some(pad => pad > 0)
    ? graph.node('Pad', [inputs[0]!, graph.ints([0, 0, pads[0]!, pads[1]!, 0, 0, pads[2]!, pads[3]!]), graph.scalar(smallestFloat)])
    : inputs[0]!
  let rest = inputs[1]!
  const places = Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const)
  const parts = places.map(([down, right]) => {
    const end = [down + (rows - 1) * strides[0]! + 1, right + (columns - 1) * strides[1]! + 1]
    const place = graph.node('Slice', [padded, graph.ints([down, right]), graph.ints(end), graph.ints([2, 3]), graph.ints(strides)])
    const part = graph.node('Mul', [rest, graph.node('Cast', [graph.node('Equal', [place, largest])], { to: 1 })])
    rest = graph.node('Sub', [rest, part])
    return graph.node('Reshape', [part, graph.ints([batch * channels, 1, rows, columns])])
  })
  const own = Float32Array.from({ length: places.length ** 2 }, (_, i) => Number(i % (places.length + 1) === 0))
  const left = [0, 1].map(axis => {
    const covered = ([rows, columns][axis]! - 1) * strides[axis]! + [height, width][axis]!
    return image[axis]! + pads[axis]! + pads[axis + 2]! - covered
  })
  const spread = graph.node(
    'ConvTranspose',
    [graph.node('Concat', parts, { axis: 1 }), graph.floats(own, [places.length, 1, height, width])],
    { strides, pads, output_padding: left },
  )
  return graph.node('Reshape', [spread, graph.ints(operation.output.shape)])
}

export const deviceForms: ReadonlyMap<string, Lowering> = new Map(
  Object.entries({ sign, logSoftmax, conv2dKernelGradient, depthwiseConv2dInputGradient, maxPool2d, maxPool2dGradient }),
)
