import type { Batch } from '../ir/batch'
import type { GraphNode, GraphTask, Initializer, ModelGraph } from '../ir/graph'

const rows = 16
const glorot = (fanIn: number, fanOut: number): Initializer => ({
  kind: 'variance',
  scale: 1,
  fan: 'average',
  distribution: 'uniform',
  fanIn,
  fanOut,
})

type Layer = Pick<GraphNode, 'kind' | 'name' | 'inputs' | 'options' | 'shape'> & {
  /** Shape of the kernel, inputs and outputs of each of its numbers; the bias has as many numbers as there are outputs. */
  readonly kernel?: { readonly shape: readonly number[]; readonly fanIn: number; readonly fanOut: number; readonly bias: number }
}

const dense = (name: string, from: number, fanIn: number, units: number, activation: string): Layer => ({
  kind: 'dense',
  name,
  inputs: [from],
  options: { units, bias: true, activation },
  shape: [units],
  kernel: { shape: [fanIn, units], fanIn, fanOut: units, bias: units },
})

const layers: readonly Layer[] = [
  { kind: 'input', name: 'image', inputs: [], options: {}, shape: [8, 8, 2] },
  {
    kind: 'conv2d',
    name: 'convolution',
    inputs: [0],
    options: { filters: 6, kernel: 3, strides: 1, padding: 'same', bias: true, activation: 'tanh' },
    shape: [8, 8, 6],
    kernel: { shape: [6, 2, 3, 3], fanIn: 18, fanOut: 54, bias: 6 },
  },
  {
    kind: 'conv2d',
    name: 'strided',
    inputs: [1],
    options: { filters: 6, kernel: 3, strides: 2, padding: 'same', bias: true, activation: 'sigmoid' },
    shape: [4, 4, 6],
    kernel: { shape: [6, 6, 3, 3], fanIn: 54, fanOut: 54, bias: 6 },
  },
  { kind: 'flatten', name: 'flat', inputs: [2], options: {}, shape: [96] },
  dense('trunk', 3, 96, 12, 'tanh'),
  dense('kind.output', 4, 12, 3, 'linear'),
  dense('size.output', 4, 12, 1, 'linear'),
]

const task = (name: string, kind: string, output: number, classes: readonly string[] | null): GraphTask => ({
  name,
  kind,
  features: 4,
  output,
  label: null,
  options: {},
  weight: 1,
  classes,
  span: null,
  keySpan: null,
})

/** A small convolutional model of two tasks; smooth, without pooling, so that finite differences tell its gradients. */
export const checkModel: ModelGraph = {
  file: 'check.mtl.ts',
  nodes: layers.map(({ kernel, ...layer }, id) => ({
    ...layer,
    id,
    layer: id,
    parameters: kernel
      ? [
          { name: 'kernel', shape: kernel.shape, initializer: glorot(kernel.fanIn, kernel.fanOut) },
          { name: 'bias', shape: [kernel.bias], initializer: { kind: 'zeros' } },
        ]
      : [],
    span: null,
    use: null,
    via: [],
  })),
  tasks: [task('kind', 'classification', 5, ['a', 'b', 'c']), task('size', 'regression', 6, null)],
  sources: [],
  training: {
    optimizer: { kind: 'sgd', options: { learningRate: 1, momentum: 0 }, span: null },
    weighting: { kind: 'equal', options: {}, span: null },
    epochs: 1,
    batchSize: rows,
    seed: 1,
    earlyStopping: null,
    spans: {},
  },
  span: null,
}

/** @param uniform numbers in [0, 1) */
export function checkBatch(uniform: () => number): Batch {
  const fill = (n: number, value: () => number) => Float32Array.from({ length: n }, value)
  return {
    rows,
    inputs: { image: fill(rows * 8 * 8 * 2, () => 2 * uniform() - 1) },
    targets: { kind: fill(rows, () => Math.floor(3 * uniform())), size: fill(rows, () => 2 * uniform() - 1) },
    // Some rows lack a label, as in real tables.
    masks: { kind: fill(rows, () => 1), size: fill(rows, () => Number(uniform() < 0.75)) },
  }
}
