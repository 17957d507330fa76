import type { Attributes } from '../../src/tensor/primitive'
import { primitives } from '../../src/tensor/table'

/** One application of a primitive on which engines, finite differences and algebra are compared. */
export interface PrimitiveCase {
  readonly kind: string
  readonly shapes: readonly (readonly number[])[]
  readonly attributes?: Attributes
  /** Range of the inputs, by default [-2, 2]. */
  readonly range?: readonly [number, number]
  /** Values keep away from the kinks (0; equal values within a pooling window) by at least this much. */
  readonly kink?: boolean
  /** Linear in all inputs together (one input) or in each (several): the adjoint must be exact. */
  readonly linear?: boolean
  /** Its gradient is none by definition, whatever the differences say. */
  readonly stops?: boolean
  /** The inputs are whole numbers below this: no gradient is asked for. */
  readonly indices?: number
}

const outputOf = (kind: string, shapes: number[][], attributes: Attributes): readonly number[] =>
  primitives.get(kind)!.shape(shapes, attributes)

const unary = (kind: string, more: Partial<PrimitiveCase> = {}): PrimitiveCase[] => [{ kind, shapes: [[3, 5]], ...more }]

const binary = (kind: string, more: Partial<PrimitiveCase> = {}): PrimitiveCase[] =>
  [
    [
      [3, 4],
      [3, 4],
    ],
    [[3, 4], []],
    [[3, 4], [4]],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [[], [2, 2]],
    [
      [5, 1],
      [5, 6],
    ],
  ].map(shapes => ({ kind, shapes, ...more }))

const geometry = (strides: number[], pads: number[], dilations: number[] = [1, 1]) => ({ strides, pads, dilations })

interface Convolution {
  x: number[]
  kernel: number[]
  attributes: Attributes
}

/** Strides that leave rows over, uneven padding, dilation, one channel, 1×1, kernels as large as the input, many channels, odd and even batches. */
export const convolutions: readonly Convolution[] = [
  { x: [2, 3, 6, 5], kernel: [4, 3, 3, 3], attributes: geometry([1, 1], [0, 0, 0, 0]) },
  { x: [2, 3, 6, 5], kernel: [4, 3, 3, 3], attributes: geometry([1, 1], [1, 1, 1, 1]) },
  { x: [1, 2, 7, 8], kernel: [3, 2, 3, 2], attributes: geometry([2, 2], [0, 0, 1, 0]) },
  { x: [3, 2, 8, 8], kernel: [2, 2, 3, 3], attributes: geometry([2, 2], [0, 0, 0, 0]) },
  { x: [2, 2, 9, 7], kernel: [3, 2, 2, 3], attributes: geometry([1, 1], [1, 0, 0, 0], [2, 2]) },
  { x: [2, 2, 9, 11], kernel: [3, 2, 3, 2], attributes: geometry([2, 3], [1, 0, 1, 2], [2, 3]) },
  { x: [2, 5, 4, 4], kernel: [3, 5, 1, 1], attributes: geometry([1, 1], [0, 0, 0, 0]) },
  { x: [2, 5, 5, 4], kernel: [3, 5, 1, 1], attributes: geometry([2, 2], [0, 0, 0, 0]) },
  { x: [2, 1, 4, 5], kernel: [2, 1, 4, 5], attributes: geometry([1, 1], [0, 0, 0, 0]) },
  { x: [16, 1, 12, 12], kernel: [10, 1, 5, 5], attributes: geometry([1, 1], [0, 0, 0, 0]) },
  { x: [8, 10, 8, 8], kernel: [20, 10, 5, 5], attributes: geometry([1, 1], [0, 0, 0, 0]) },
  { x: [16, 16, 6, 6], kernel: [16, 16, 3, 3], attributes: geometry([1, 1], [1, 1, 1, 1]) },
  { x: [16, 5, 6, 7], kernel: [4, 5, 3, 2], attributes: geometry([1, 1], [1, 0, 0, 1]) },
  { x: [32, 4, 5, 5], kernel: [17, 4, 3, 3], attributes: geometry([1, 1], [0, 0, 0, 0]) },
  { x: [16, 1, 12, 12], kernel: [20, 1, 6, 6], attributes: geometry([2, 2], [0, 0, 0, 0]) },
  { x: [16, 4, 9, 8], kernel: [12, 4, 4, 5], attributes: geometry([2, 1], [1, 0, 0, 1]) },
  { x: [16, 16, 7, 7], kernel: [32, 16, 3, 3], attributes: geometry([2, 2], [1, 1, 1, 1]) },
]

const depthwise: readonly Convolution[] = [
  { x: [2, 3, 6, 5], kernel: [3, 1, 3, 3], attributes: geometry([1, 1], [1, 1, 1, 1]) },
  { x: [2, 3, 6, 5], kernel: [6, 1, 3, 2], attributes: geometry([1, 1], [0, 0, 0, 0]) },
  { x: [3, 2, 7, 8], kernel: [4, 1, 3, 3], attributes: geometry([2, 2], [0, 0, 1, 1]) },
  { x: [1, 2, 9, 11], kernel: [2, 1, 3, 2], attributes: geometry([2, 3], [1, 0, 1, 2], [2, 3]) },
  { x: [2, 1, 5, 5], kernel: [3, 1, 2, 2], attributes: geometry([1, 1], [0, 0, 0, 0]) },
  { x: [8, 16, 6, 6], kernel: [16, 1, 3, 3], attributes: geometry([1, 1], [1, 1, 1, 1]) },
]

const pools: readonly { x: number[]; attributes: Attributes }[] = [
  { x: [2, 3, 6, 4], attributes: { size: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] } },
  { x: [1, 2, 7, 5], attributes: { size: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] } },
  { x: [2, 2, 6, 7], attributes: { size: [3, 3], strides: [1, 1], pads: [0, 0, 0, 0] } },
  { x: [2, 2, 7, 7], attributes: { size: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } },
  { x: [1, 2, 5, 6], attributes: { size: [2, 3], strides: [1, 1], pads: [0, 1, 1, 1] } },
  { x: [1, 2, 8, 8], attributes: { size: [2, 2], strides: [3, 3], pads: [0, 0, 0, 0] } },
  { x: [3, 1, 4, 6], attributes: { size: [4, 1], strides: [4, 1], pads: [0, 0, 0, 0] } },
  { x: [2, 2, 1, 5], attributes: { size: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] } },
  { x: [2, 2, 3, 4], attributes: { size: [3, 1], strides: [1, 1], pads: [0, 0, 0, 0] } },
]

export const primitiveCases: readonly PrimitiveCase[] = [
  ...binary('add', { linear: true }),
  ...binary('subtract', { linear: true }),
  ...binary('multiply'),
  ...binary('divide', { range: [0.5, 2] }),
  ...unary('stopGradient', { stops: true }),
  ...unary('negate', { linear: true }),
  ...unary('exp'),
  ...unary('log', { range: [0.3, 3] }),
  ...unary('sqrt', { range: [0.3, 3] }),
  ...unary('abs', { kink: true }),
  ...unary('sign', { kink: true }),
  ...unary('relu', { kink: true }),
  ...unary('positive', { kink: true }),
  ...unary('tanh'),
  ...unary('sigmoid'),
  ...unary('softplus'),
  ...unary('softplus', { range: [-30, 30] }),
  ...unary('erf'),
  ...[false, true].flatMap(transposeA =>
    [false, true].map(transposeB => ({
      kind: 'matmul',
      shapes: [transposeA ? [4, 3] : [3, 4], transposeB ? [5, 4] : [4, 5]],
      attributes: { transposeA, transposeB },
    })),
  ),
  {
    kind: 'batchMatmul',
    shapes: [
      [2, 3, 4],
      [2, 4, 5],
    ],
  },
  {
    kind: 'batchMatmul',
    shapes: [
      [3, 1, 4],
      [3, 4, 1],
    ],
  },
  { kind: 'linear', shapes: [[3, 4], [4, 5], [5]] },
  ...convolutions.flatMap(({ x, kernel, attributes }): PrimitiveCase[] => [
    { kind: 'conv2d', shapes: [x, kernel, [kernel[0]!]], attributes },
    { kind: 'conv2d', shapes: [x, kernel], attributes },
    { kind: 'conv2dInputGradient', shapes: [outputOf('conv2d', [x, kernel], attributes), kernel], attributes: { ...attributes, shape: x } },
    {
      kind: 'conv2dKernelGradient',
      shapes: [x, outputOf('conv2d', [x, kernel], attributes)],
      attributes: { ...attributes, shape: kernel },
    },
  ]),
  ...pools.map(({ x, attributes }): PrimitiveCase => ({ kind: 'maxPool2d', shapes: [x], attributes, kink: true })),
  ...pools.map(({ x, attributes }): PrimitiveCase => ({
    kind: 'maxPool2dGradient',
    shapes: [x, outputOf('maxPool2d', [x], attributes)],
    attributes,
    kink: true,
  })),
  ...pools.flatMap(({ x, attributes }): PrimitiveCase[] => [
    { kind: 'averagePool2d', shapes: [x], attributes, linear: true },
    {
      kind: 'averagePool2dGradient',
      shapes: [outputOf('averagePool2d', [x], attributes)],
      attributes: { ...attributes, shape: x },
      linear: true,
    },
  ]),
  ...depthwise.flatMap(({ x, kernel, attributes }): PrimitiveCase[] => {
    const y = outputOf('depthwiseConv2d', [x, kernel], attributes)
    return [
      { kind: 'depthwiseConv2d', shapes: [x, kernel, [kernel[0]!]], attributes },
      { kind: 'depthwiseConv2d', shapes: [x, kernel], attributes },
      { kind: 'depthwiseConv2dInputGradient', shapes: [y, kernel], attributes: { ...attributes, shape: x } },
      { kind: 'depthwiseConv2dKernelGradient', shapes: [x, y], attributes: { ...attributes, shape: kernel } },
    ]
  }),
  ...[[[0]], [[1]], [[0, 2]], [[1, 2]], [[0, 1, 2]]].flatMap(([axes]) =>
    [false, true].map((keep): PrimitiveCase => ({ kind: 'sum', shapes: [[3, 4, 2]], attributes: { axes: axes!, keep }, linear: true })),
  ),
  { kind: 'sum', shapes: [[160, 3]], attributes: { axes: [0], keep: false }, linear: true },
  { kind: 'sum', shapes: [[4, 3, 5, 6]], attributes: { axes: [0, 2, 3], keep: false }, linear: true },
  ...unary('logSoftmax'),
  { kind: 'reshape', shapes: [[3, 4]], attributes: { shape: [2, 6] }, linear: true },
  { kind: 'transpose', shapes: [[2, 3, 4]], attributes: { permutation: [2, 0, 1] }, linear: true },
  { kind: 'transpose', shapes: [[2, 3, 4, 5]], attributes: { permutation: [0, 3, 1, 2] }, linear: true },
  { kind: 'broadcast', shapes: [[3, 1]], attributes: { shape: [2, 3, 4] }, linear: true },
  {
    kind: 'concat',
    shapes: [
      [2, 3],
      [2, 1],
      [2, 4],
    ],
    attributes: { axis: 1 },
    linear: true,
  },
  {
    kind: 'concat',
    shapes: [
      [2, 3],
      [1, 3],
    ],
    attributes: { axis: 0 },
    linear: true,
  },
  { kind: 'slice', shapes: [[3, 5]], attributes: { axis: 1, start: 1, end: 4 }, linear: true },
  { kind: 'pad', shapes: [[3, 5]], attributes: { axis: 0, before: 1, after: 2 }, linear: true },
  { kind: 'oneHot', shapes: [[6]], attributes: { depth: 4 }, indices: 4 },
]
