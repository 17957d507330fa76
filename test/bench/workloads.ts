import { Random } from '../../src/base/random'
import type { Batch } from '../../src/ir/batch'
import type { ModelGraph } from '../../src/ir/graph'
import { GraphBuilder } from '../fixtures/models/graphBuilder'

/** A model of the benchmark, and the batch sizes at which it is measured. */
export interface Workload {
  readonly name: string
  readonly batches: readonly number[]
  readonly graph: ModelGraph
}

const relu = { activation: 'relu' }

/** The LeNet of Sener & Koltun 2018: two tasks over a convolutional trunk. */
function lenet(): ModelGraph {
  const g = new GraphBuilder()
  let x = g.input('x', [28, 28, 1])
  for (const filters of [10, 20]) {
    x = g.layer('conv2d', x, { filters, kernel: 5, padding: 'valid' })
    x = g.layer('activation', g.layer('maxPool2d', x), { function: 'relu' })
  }
  const trunk = g.layer('dense', g.layer('flatten', x), { units: 50, ...relu })
  for (const task of ['left', 'right']) g.task(task, 'classification', g.layer('dense', trunk, { units: 50, ...relu }), 10)
  return g.build()
}

/** A small table model: 100–64–32 and three heads of ten classes. */
function smallMlp(): ModelGraph {
  const g = new GraphBuilder()
  const trunk = g.layer('dense', g.layer('dense', g.input('x', [100]), { units: 64, ...relu }), { units: 32, ...relu })
  for (const task of ['a', 'b', 'c']) g.task(task, 'classification', trunk, 10)
  return g.build()
}

/** A wide one: 512–1024–1024–512, four regressions through 64 units. */
function wideMlp(): ModelGraph {
  const g = new GraphBuilder()
  let x = g.input('x', [512])
  for (const units of [1024, 1024, 512]) x = g.layer('dense', x, { units, ...relu })
  for (const task of ['a', 'b', 'c', 'd']) g.task(task, 'regression', g.layer('dense', x, { units: 64 }))
  return g.build()
}

/** A small residual network (He et al. 2016, section 4.2) with batch norm over 32×32 images: six blocks of two convolutions, two tasks. */
function residual(): ModelGraph {
  const g = new GraphBuilder()
  const normed = (from: number, filters: number, kernel: number, strides: number) =>
    g.layer('batchNorm', g.layer('conv2d', from, { filters, kernel, strides, bias: false }))
  const rectified = (from: number) => g.layer('activation', from, { function: 'relu' })
  let x = rectified(normed(g.input('x', [32, 32, 3]), 16, 3, 1))
  let channels = 16
  for (const [filters, strides] of [
    [16, 1],
    [16, 1],
    [32, 2],
    [32, 1],
    [64, 2],
    [64, 1],
  ] as const) {
    const body = normed(rectified(normed(x, filters, 3, strides)), filters, 3, 1)
    const skip = strides === 1 && channels === filters ? x : normed(x, filters, 1, strides)
    x = rectified(g.operation('add', body, skip))
    channels = filters
  }
  const trunk = g.layer('globalAveragePool2d', x)
  for (const task of ['a', 'b']) g.task(task, 'classification', trunk, 10)
  return g.build()
}

/** Ten tasks on a trunk of 20 million parameters: what Gram matrices cost in memory. */
function twentyMillion(): ModelGraph {
  const g = new GraphBuilder()
  let x = g.input('x', [2000])
  for (let layer = 0; layer < 5; layer++) x = g.layer('dense', x, { units: 2000, ...relu })
  for (let task = 0; task < 10; task++) g.task(`t${task}`, 'regression', x)
  return g.build()
}

export const largeTrunk = twentyMillion()

/** As small as a first model: 10–16 and two regressions. */
function tinyMlp(): ModelGraph {
  const g = new GraphBuilder()
  const trunk = g.layer('dense', g.input('x', [10]), { units: 16, activation: 'tanh' })
  for (const task of ['a', 'b']) g.task(task, 'regression', trunk)
  return g.build()
}

export const workloads: readonly Workload[] = [
  { name: 'W1', batches: [256], graph: lenet() },
  { name: 'W2', batches: [32, 1000], graph: smallMlp() },
  { name: 'W3', batches: [256], graph: wideMlp() },
  { name: 'W4', batches: [64], graph: residual() },
]

/** Models whose cost of being watched for conflict is measured. */
export const watched: readonly Workload[] = [
  { name: 'tiny', batches: [32], graph: tinyMlp() },
  ...workloads.filter(({ name }) => ['W2', 'W3'].includes(name)).map(workload => ({ ...workload, batches: workload.batches.slice(0, 1) })),
]

/** Standard normal inputs and values, uniform classes, every row labelled. */
export function makeBatch(graph: ModelGraph, rows: number): Batch {
  const random = Random.seeded(7, 'bench')
  const normal = (length: number) => Float32Array.from({ length }, () => random.normal())
  const input = graph.nodes.find(node => node.inputs.length === 0)!
  const length = rows * (input.shape as readonly number[]).reduce((n, d) => n * d, 1)
  const target = (classes: number | undefined) =>
    classes === undefined ? normal(rows) : Float32Array.from({ length: rows }, () => random.below(classes))
  return {
    rows,
    inputs: { [input.name]: normal(length) },
    targets: Object.fromEntries(graph.tasks.map(task => [task.name, target(task.classes?.length)])),
    masks: Object.fromEntries(graph.tasks.map(task => [task.name, new Float32Array(rows).fill(1)])),
  }
}
