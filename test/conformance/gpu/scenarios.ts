import { Random } from '../../../src/base/random'
import type { CompiledModel, Engine, StepWeights } from '../../../src/engine/engine'
import type { Options } from '../../../src/base/options'
import type { Choice, ModelGraph, TrainingSettings } from '../../../src/ir/graph'
import { methodOf } from '../../../src/methods/table'
import { weightingNeeds } from '../../../src/training/weightingNeeds'
import { workloads } from '../../bench/workloads'
import { GraphBuilder } from '../../fixtures/models/graphBuilder'
import { choice, type samplings } from '../../fixtures/models/twoDataSets'
import { randomBatch, wholeModels } from '../../fixtures/models/whole'

const adam: Choice = { kind: 'adam', options: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, span: null }
const adamW: Choice = { kind: 'adamW', options: { ...adam.options, weightDecay: 0.05 }, span: null }
const nesterov: Choice = { kind: 'sgd', options: { momentum: 0.9, nesterov: true }, span: null }
const momentum: Choice = { kind: 'sgd', options: { momentum: 0.8 }, span: null }
const sgd: Choice = { kind: 'sgd', options: { momentum: 0 }, span: null }

export interface Scenario {
  readonly graph: ModelGraph
  readonly rows: number
  readonly steps: number
  readonly optimizer: Choice
  readonly method: string
  /** Options of the method. */
  readonly options?: Options
  /** Rows lack labels, and some batches a task. */
  readonly masked?: boolean
  /** Weights of the tasks in their heads, where not those in the trunk. */
  readonly weights?: StepWeights
}

/** A small convolutional network with overlapping pools, batch norm and a depthwise convolution. */
function smallCnn(): ModelGraph {
  const g = new GraphBuilder()
  let x = g.layer('conv2d', g.input('x', [8, 8, 2]), { filters: 4, kernel: 3, padding: 'same' }, 'conv')
  x = g.layer('activation', g.layer('batchNorm', x, {}, 'norm'), { function: 'silu' })
  x = g.layer('depthwiseConv2d', g.layer('maxPool2d', x, { size: 3, strides: 2, padding: 'same' }), { kernel: 3, padding: 'same' }, 'deep')
  const trunk = g.layer('dense', g.layer('flatten', x), { units: 12, activation: 'tanh' }, 'trunk')
  g.task('kind', 'classification', trunk, 4)
  g.task('size', 'regression', g.layer('dense', trunk, { units: 6, activation: 'tanh' }, 'own'))
  return g.build()
}

function regularised(): ModelGraph {
  const graph = wholeModels['an MLP with three tasks']!()
  const nodes = graph.nodes.map(node => ({ ...node, parameters: node.parameters.map(p => (p.name === 'kernel' ? { ...p, l2: 0.02 } : p)) }))
  return { ...graph, nodes, training: { ...graph.training, clipNorm: 0.3 } }
}

const defaultsOf = (kind: string): Options =>
  Object.fromEntries(Object.entries(methodOf(kind)!.options).map(([name, { default: value }]) => [name, value as Options[string]]))

const w2 = () => workloads.find(({ name }) => name === 'W2')!.graph
const partial = wholeModels['partial sharing, with rows that lack labels']!

export const scenarios: Readonly<Record<string, () => Scenario>> = {
  'W2 with equal()': () => ({ graph: w2(), rows: 32, steps: 20, optimizer: adam, method: 'equal' }),
  'W2 with pcGrad()': () => ({ graph: w2(), rows: 32, steps: 20, optimizer: adam, method: 'pcGrad' }),
  'a small CNN with equal()': () => ({ graph: smallCnn(), rows: 8, steps: 20, optimizer: momentum, method: 'equal' }),
  'a small CNN with pcGrad()': () => ({ graph: smallCnn(), rows: 8, steps: 20, optimizer: momentum, method: 'pcGrad' }),
  'partial sharing, missing labels, absent tasks': () => ({
    graph: partial(),
    rows: 12,
    steps: 9,
    optimizer: adamW,
    method: 'equal',
    masked: true,
  }),
  'partial sharing by pcGrad()': () => ({ graph: partial(), rows: 12, steps: 9, optimizer: nesterov, method: 'pcGrad', masked: true }),
  'partial sharing by gradVac(), layer by layer': () => ({
    graph: partial(),
    rows: 12,
    steps: 6,
    optimizer: sgd,
    method: 'gradVac',
    options: { beta: 0.5, group: 'layer' },
  }),
  'partial sharing by moCo(), from the gradients themselves': () => ({
    graph: partial(),
    rows: 12,
    steps: 6,
    optimizer: sgd,
    method: 'moCo',
    options: defaultsOf('moCo'),
  }),
  'regularisers and a limited norm': () => ({ graph: regularised(), rows: 12, steps: 9, optimizer: sgd, method: 'equal' }),
  'a head that moves without a say in the trunk': () => ({
    graph: w2(),
    rows: 8,
    steps: 4,
    optimizer: adam,
    method: 'equal',
    weights: { shared: Float64Array.of(0.5, 0, 1), heads: Float64Array.of(1, 2, 0.5) },
  }),
}

/** Of two data sets: one epoch; by their gradients where a step has rows of both. */
export const setsTraining = (sources: (typeof samplings)[number]): Partial<TrainingSettings> => ({
  epochs: 1,
  sampling: { sources },
  weighting: choice(typeof sources === 'object' ? 'pcGrad' : 'equal'),
})

/** What a training shows, in numbers. */
export interface Trace {
  /** Mean losses per step and task; null without a label. */
  readonly losses: readonly (number | null)[]
  readonly gram: readonly number[]
  readonly parameters: Readonly<Record<string, readonly number[]>>
  readonly slots: Readonly<Record<string, readonly number[]>>
  readonly predictions: Readonly<Record<string, readonly number[]>>
}

const compile = (engine: Engine, { graph, rows, optimizer, method }: Scenario): Promise<CompiledModel> =>
  engine.compile({
    graph,
    batchSize: rows,
    evaluationBatchSize: rows,
    optimizer,
    ...weightingNeeds({ kind: method, options: {}, span: null }),
    seed: 5,
  })

/** @param engines the first begins; where there is a second, it takes over half-way, from the first one's checkpoint */
export async function train(scenario: Scenario, engines: readonly [Engine] | readonly [Engine, Engine]): Promise<Trace> {
  const { graph, rows, steps, masked = false, weights } = scenario
  const tasks = graph.tasks.map(({ name }) => name)
  const method = methodOf(scenario.method)!.create({
    tasks,
    options: scenario.options ?? {},
    random: Random.seeded(2, 'method'),
    learningRate: 0.01,
  })
  let model = await compile(engines[0], scenario)
  const losses: (number | null)[] = []
  for (let i = 0; i < steps; i++) {
    if (engines[1] && i === steps >> 1) model = await handOver(model, await compile(engines[1], scenario))
    const result = model.step(randomBatch(graph, rows, Random.seeded(i, 'batch'), masked, i), 0.01, ({ present, gram, losses, rows }) => {
      if (weights) return weights
      const T = tasks.length
      const sum =
        gram && Float64Array.from({ length: T * T }, (_, k) => gram.blocks.reduce((s, v, at) => s + (at % (T * T) === k ? v : 0), 0))
      const layers = gram?.layers.map((_, l) => gram.blocks.slice(l * T * T, (l + 1) * T * T))
      return method.weights({
        present,
        ...(losses && { losses }),
        ...(sum && { gram: sum, layers: layers! }),
        ...(rows && { rows: rows() }),
      })
    })
    if (!result.finite) throw new Error(`not finite at step ${i}`)
    losses.push(...Array.from(result.losses, loss => (Number.isNaN(loss) ? null : loss)))
  }
  const next = randomBatch(graph, rows, Random.seeded(99, 'batch'), masked)
  const { blocks } = await model.measureGram(next)
  const { predictions } = model.evaluate(next)
  const plain = (map: Iterable<[string, Float32Array]>) =>
    Object.fromEntries(Array.from(map, ([name, values]) => [name, Array.from(values)]))
  const trace: Trace = {
    losses,
    gram: Array.from(blocks),
    parameters: plain(model.readParameters()),
    slots: plain(model.readState().slots),
    predictions: plain(Object.entries(predictions)),
  }
  model.dispose()
  return trace
}

async function handOver(from: CompiledModel, to: CompiledModel): Promise<CompiledModel> {
  to.writeParameters(from.readParameters())
  to.writeState(from.readState())
  from.dispose()
  return to
}
