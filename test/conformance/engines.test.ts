import assert from 'node:assert/strict'
import { Random } from '../../src/base/random'
import type { CompiledModel, CompileRequest, Engine } from '../../src/engine/engine'
import { sumGradients } from '../../src/engine/gradientProgram'
import { lowerModel, names } from '../../src/engine/modelProgram'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import { initialize } from '../../src/engine/initialize'
import { parametersOf } from '../../src/engine/parameters'
import { loadRuntime } from '../../src/engine/tfjs/runtime'
import { openTfjsEngine } from '../../src/engine/tfjs/tfjsEngine'
import type { ModelGraph } from '../../src/ir/graph'
import { size } from '../../src/tensor/primitive'
import { randomBatch, wholeModels } from '../fixtures/models/whole'
import { interpret } from './reference'
import { engines, relativeError } from './runProgram'

const adam = { kind: 'adam', options: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, span: null }
const momentum = { kind: 'sgd', options: { momentum: 0.9 }, span: null }

const requestOf = (graph: ModelGraph, more: Partial<CompileRequest>): CompileRequest => ({
  graph,
  batchSize: 12,
  evaluationBatchSize: 5,
  optimizer: adam,
  perTaskGradients: false,
  seed: 5,
  ...more,
})

/** Some steps on batches that both engines are given. @returns what a user would see of them */
function steps(model: CompiledModel, graph: ModelGraph, from: number, to: number, shared: number[], heads = shared) {
  const trace: number[] = []
  for (let i = from; i < to; i++) {
    const batch = randomBatch(graph, 12, Random.seeded(i, 'batch'), graph.tasks.length > 2, i)
    const { losses, gram, finite } = model.step(batch, 0.01, () => ({ shared: Float64Array.from(shared), heads: Float64Array.from(heads) }))
    assert.equal(finite, true)
    trace.push(...Array.from(losses, loss => (Number.isNaN(loss) ? -1 : loss)), ...(gram?.blocks ?? []))
  }
  return trace
}

function assertSameParameters(a: CompiledModel, b: CompiledModel, tolerance = 1e-4): void {
  const other = b.readParameters()
  for (const [name, values] of a.readParameters()) {
    const error = relativeError(other.get(name)!, values)
    assert.ok(error < tolerance, `${name}: ${error}`)
  }
}

describe('both engines', () => {
  let onnx: Engine
  let tensorflow: Engine
  before(async () => {
    onnx = await openOnnxEngine({ threads: 2 })
    tensorflow = await openTfjsEngine()
  })

  for (const [title, make] of Object.entries(wholeModels)) {
    describe(title, () => {
      const graph = make()
      const weights = graph.tasks.map((_, t) => 0.4 + 0.3 * t)
      const both = async (more: Partial<CompileRequest> = {}) =>
        Promise.all([onnx, tensorflow].map(engine => engine.compile(requestOf(graph, more))))

      it('begins with the same weights', async () => {
        const [a, b] = await both()
        assert.deepEqual(b!.readParameters(), a!.readParameters())
        assert.deepEqual(b!.parameters, a!.parameters)
        a!.dispose()
        b!.dispose()
      })

      it('gives the outputs of nodes beside the predictions', async () => {
        const asked = graph.nodes.filter(({ parameters }) => parameters.length > 0).map(({ id }) => id)
        const [a, b] = await both({ activations: asked })
        const batch = randomBatch(graph, 5, Random.seeded(9, title), false)
        const [ours, theirs] = [a!.evaluate(batch), b!.evaluate(batch)]
        assert.deepEqual([...ours.activations.keys()], asked)
        for (const [node, values] of ours.activations) {
          const features = graph.nodes[node]!.shape!.reduce<number>((n, d) => n * d!, 1)
          assert.equal(values.length, 5 * features, graph.nodes[node]!.name)
          assert.ok(relativeError(theirs.activations.get(node)!, values) < 1e-4, graph.nodes[node]!.name)
        }
        // What a task of regression predicts is its output itself.
        for (const { name, output } of graph.tasks.filter(({ kind }) => kind === 'regression'))
          if (asked.includes(output)) assert.deepEqual(ours.activations.get(output), ours.predictions[name])
        a!.dispose()
        b!.dispose()
      })

      it('has gradients that agree with finite differences in float64', async () => {
        const random = Random.seeded(3, title)
        const rows = 2
        const model = lowerModel(graph, rows, true)
        const specifications = parametersOf(graph)
        const outputs = sumGradients(model, graph, specifications)
        const feeds = new Map<string, Float64Array>()
        const feed = (name: string, values: ArrayLike<number>) => feeds.set(name, Float64Array.from(values))
        const batch = randomBatch(graph, rows, random, false)
        for (const [name, values] of Object.entries(batch.inputs)) feed(names.input(name), values)
        graph.tasks.forEach(({ name }, t) => {
          feed(names.target(name), batch.targets[name]!)
          feed(
            names.cotangent(name),
            Float32Array.from({ length: rows }, () => weights[t]! / rows),
          )
        })
        for (const mask of model.program.masks)
          feed(
            mask.name,
            Float32Array.from({ length: size(mask.tensor.shape) }, () => (random.uniform() < mask.rate ? 0 : 1 / (1 - mask.rate))),
          )
        for (const { name, size: n, shape, initializer } of specifications) {
          const values = new Float32Array(n)
          initialize(values, shape, initializer, random)
          feed(
            names.parameter(name),
            values.map(value => value + 0.05 * random.normal()),
          )
        }
        const loss = (changed: ReadonlyMap<string, Float64Array>) =>
          interpret(model.program, changed, model.losses).reduce(
            (sum, losses, t) => sum + losses.reduce((s, value) => s + (value * weights[t]!) / rows, 0),
            0,
          )
        const wanted = specifications.map(({ name }) => outputs.get(names.gradient(name))!)
        const computed = await Promise.all(Object.values(engines).map(run => run(model.program, feeds, wanted)))
        specifications.forEach(({ name, size: n }, p) => {
          const coordinates = Array.from({ length: Math.min(n, 3) }, () => random.below(n))
          const scale = Math.max(...computed[0]![p]!.map(Math.abs))
          for (const at of coordinates) {
            const [low, high] = [-1e-5, 1e-5].map(shift => {
              const moved = Float64Array.from(feeds.get(names.parameter(name))!)
              moved[at]! += shift
              return loss(new Map(feeds).set(names.parameter(name), moved))
            })
            const expected = (high! - low!) / 2e-5
            for (const [k, engine] of Object.keys(engines).entries()) {
              const error = Math.abs(computed[k]![p]![at]! - expected) / scale
              assert.ok(error < 1e-4, `${engine}: ${name}[${at}] is ${computed[k]![p]![at]}, by differences ${expected}`)
            }
          }
        })
      })

      for (const [optimizer, perTaskGradients] of [
        [adam, false],
        [momentum, true],
      ] as const) {
        it(`trains alike: ${optimizer.kind}, ${perTaskGradients ? 'per-task gradients' : 'one backward pass'}, with the same dropout masks`, async () => {
          const [a, b] = await both({ optimizer, perTaskGradients })
          const traces = [a!, b!].map(model => steps(model, graph, 0, 8, weights))
          assert.ok(relativeError(traces[1]!, traces[0]!) < 1e-4)
          assertSameParameters(a!, b!)
          const batch = randomBatch(graph, 5, Random.seeded(77), graph.tasks.length > 2)
          const [x, y] = [a!.evaluate(batch), b!.evaluate(batch)]
          for (const { name } of graph.tasks) {
            assert.ok(relativeError(y.predictions[name]!, x.predictions[name]!) < 1e-4)
            assert.ok(relativeError(y.losses[name]!, x.losses[name]!) < 1e-4)
          }
          a!.dispose()
          b!.dispose()
        })
      }

      it('moves a head whose task has no say in the trunk', async () => {
        const [a, b] = await both()
        const shared = weights.map((weight, t) => (t === 0 ? 0 : weight))
        const traces = [a!, b!].map(model => steps(model, graph, 0, 3, shared, weights))
        assert.ok(relativeError(traces[1]!, traces[0]!) < 1e-4)
        assertSameParameters(a!, b!)
        a!.dispose()
        b!.dispose()
      })

      it('measures the same Gram blocks, without touching any state', async () => {
        const [a, b] = await both()
        const batch = randomBatch(graph, 12, Random.seeded(4), false)
        const before = b!.readParameters()
        const [x, y] = [await a!.measureGram(batch), await b!.measureGram(batch)]
        assert.deepEqual(y.layers, x.layers)
        assert.ok(relativeError(y.blocks, x.blocks) < 1e-4)
        assert.deepEqual(b!.readParameters(), before)
        a!.dispose()
        b!.dispose()
      })

      for (const direction of ['ONNX Runtime to TensorFlow.js', 'TensorFlow.js to ONNX Runtime']) {
        it(`hands a run on from ${direction}`, async () => {
          const models = await both()
          const [first, second] = direction.startsWith('ONNX') ? models : models.toReversed()
          steps(first!, graph, 0, 4, weights)
          second!.writeParameters(first!.readParameters())
          second!.writeState(first!.readState())
          const traces = [first!, second!].map(model => steps(model, graph, 4, 8, weights))
          assert.ok(relativeError(traces[1]!, traces[0]!) < 1e-4)
          assertSameParameters(first!, second!)
          assert.deepEqual([...second!.readState().slots.keys()].sort(), [...first!.readState().slots.keys()].sort())
          for (const model of models) model.dispose()
        })
      }
    })
  }

  it('says when a weight is no longer finite', async () => {
    const graph = wholeModels['an MLP with three tasks']!()
    const model = await tensorflow.compile(requestOf(graph, { optimizer: { kind: 'sgd', options: { momentum: 0 }, span: null } }))
    const batch = randomBatch(graph, 12, Random.seeded(1), false)
    const one = { shared: Float64Array.of(1, 1, 1) }
    assert.equal(model.step(batch, 0.1, () => one).finite, true)
    assert.equal(model.step(batch, Infinity, () => one).finite, false)
    model.dispose()
  })

  it('keeps no tensors of a model that is disposed of', async () => {
    const { tf } = await loadRuntime()
    const graph = wholeModels.LeNet!()
    const before = tf.memory().numTensors
    const model = await tensorflow.compile(requestOf(graph, { perTaskGradients: true }))
    steps(model, graph, 0, 1, [1, 1])
    const after = tf.memory().numTensors
    steps(model, graph, 1, 3, [1, 1])
    assert.equal(tf.memory().numTensors, after, 'steps do not pile tensors up')
    await model.measureGram(randomBatch(graph, 12, Random.seeded(1), false))
    model.evaluate(randomBatch(graph, 5, Random.seeded(1), false))
    model.dispose()
    assert.equal(tf.memory().numTensors, before)
  })
})
