import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import type { Options } from '../../../../src/base/options'
import { EngineError, type CompiledModel, type CompileRequest } from '../../../../src/engine/engine'
import { openOnnxEngine } from '../../../../src/engine/onnx/onnxEngine'
import type { Batch } from '../../../../src/ir/batch'
import type { ModelGraph } from '../../../../src/ir/graph'
import { relativeError } from '../../../conformance/runProgram'
import { GraphBuilder } from '../../../fixtures/models/graphBuilder'
import { smallModels } from '../../../fixtures/models/small'

const adam: Options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

async function compile(
  graph: ModelGraph,
  batchSize: number,
  more: Partial<CompileRequest> & { threads?: number } = {},
): Promise<CompiledModel> {
  const { threads = 1, ...request } = more
  const engine = await openOnnxEngine({ threads })
  return engine.compile({
    graph,
    batchSize,
    evaluationBatchSize: batchSize,
    optimizer: { kind: 'adam', options: adam, span: null },
    perTaskGradients: false,
    seed: 1,
    ...request,
  })
}

/** @param absent tasks without any label @param size rows of the arrays; those after `rows` are padding */
function makeBatch(graph: ModelGraph, rows: number, seed: number, { absent = [] as string[], size = rows } = {}): Batch {
  const random = Random.seeded(seed, 'batch')
  const width = (shape: ModelGraph['nodes'][number]['shape']) => (shape as number[]).reduce((n, d) => n * d, 1)
  const fill = (each: number, value: (row: number) => number) =>
    Float32Array.from({ length: size * each }, (_, i) => (i < rows * each ? value(Math.floor(i / each)) : 0))
  const inputs = graph.nodes.filter(n => n.inputs.length === 0).map(n => [n.name, fill(width(n.shape), () => random.normal())])
  const targets = graph.tasks.map(t => [
    t.name,
    fill(1, () => (t.kind === 'regression' ? random.normal() : random.below(t.classes?.length ?? 2))),
  ])
  const masks = graph.tasks.map(t => [t.name, fill(1, row => (absent.includes(t.name) ? 0 : Number(row === 0 || random.uniform() < 0.8)))])
  return { rows, inputs: Object.fromEntries(inputs), targets: Object.fromEntries(targets), masks: Object.fromEntries(masks) }
}

const ones = (graph: ModelGraph) => () => ({ shared: new Float64Array(graph.tasks.length).fill(1) })
const weights = (model: CompiledModel) => [...model.readParameters().values()].flatMap(values => [...values])
const values = (graph: ModelGraph, model: CompiledModel, prefix: string) =>
  weights({
    ...model,
    readParameters: () => new Map([...model.readParameters()].filter(([name]) => name.startsWith(prefix))),
  })

/** Dropout in trunk and head. */
function dropping(): ModelGraph {
  const g = new GraphBuilder()
  const trunk = g.layer('dropout', g.layer('dense', g.input('x', [5]), { units: 8, activation: 'tanh' }, 'a'), { rate: 0.4 })
  g.task('one', 'regression', trunk)
  g.task('two', 'classification', g.layer('dropout', g.layer('dense', trunk, { units: 6 }, 'h'), { rate: 0.2 }), 3)
  return g.build()
}

/** Convolutions large enough to be divided among threads, with dropout. */
function images(): ModelGraph {
  const g = new GraphBuilder()
  const c = g.layer('conv2d', g.input('image', [20, 20, 1]), { filters: 8, kernel: 5, padding: 'valid', activation: 'tanh' }, 'c')
  const d = g.layer('conv2d', g.layer('maxPool2d', c), { filters: 6, kernel: 3, activation: 'tanh' }, 'd')
  const flat = g.layer('dropout', g.layer('flatten', g.layer('maxPool2d', d)), { rate: 0 })
  g.task('left', 'classification', flat, 4)
  g.task('right', 'binary', flat)
  return g.build()
}

describe('OnnxModel', () => {
  it('draws the same weights for the same seed only', async () => {
    const graph = smallModels.mlp!()
    const [a, b, c] = [await compile(graph, 4), await compile(graph, 4), await compile(graph, 4, { seed: 2 })]
    assert.deepEqual(weights(a), weights(b))
    assert.notDeepEqual(weights(a), weights(c))
    assert.ok(
      a
        .readParameters()
        .get('a/bias')!
        .every(v => v === 0),
    )
  })

  for (const [name, make, threads] of [
    ['dropout', dropping, 1],
    ['threads', images, 2],
  ] as const) {
    for (const perTaskGradients of [false, true]) {
      it(`continues bit by bit from a saved state (${name}, ${perTaskGradients ? 'per-task gradients' : 'one backward pass'})`, async () => {
        const graph = make()
        const batches = Array.from({ length: 8 }, (_, i) => makeBatch(graph, 32, i, { absent: i % 3 === 1 ? [graph.tasks[1]!.name] : [] }))
        const one = await compile(graph, 32, { perTaskGradients, threads })
        const run = (model: CompiledModel, from: number, to: number) =>
          batches.slice(from, to).map(b => [...model.step(b, 0.01, ones(graph)).losses])
        run(one, 0, 4)
        const [parameters, state] = [one.readParameters(), one.readState()]
        const ours = run(one, 4, 8)
        const two = await compile(graph, 32, { perTaskGradients, threads, seed: 99 })
        two.writeParameters(parameters)
        two.writeState(
          JSON.parse(JSON.stringify({ ...state, slots: [...state.slots].map(([k, v]) => [k, [...v]]) }), (key, value: unknown) =>
            key === 'slots' ? new Map((value as [string, number[]][]).map(([k, v]) => [k, Float32Array.from(v)])) : value,
          ) as typeof state,
        )
        assert.deepEqual(run(two, 4, 8), ours)
        assert.deepEqual(weights(two), weights(one))
        assert.deepEqual(two.readState(), one.readState())
        one.dispose()
        two.dispose()
      })
    }
  }

  it('measures Gram blocks without touching anything', async () => {
    const graph = dropping()
    for (const perTaskGradients of [false, true]) {
      const [quiet, watched] = [await compile(graph, 16, { perTaskGradients }), await compile(graph, 16, { perTaskGradients })]
      for (let i = 0; i < 4; i++) {
        const batch = makeBatch(graph, 16, i)
        const first = await watched.measureGram(batch)
        assert.deepEqual(await watched.measureGram(batch), first)
        assert.deepEqual(quiet.step(batch, 0.01, ones(graph)), watched.step(batch, 0.01, ones(graph)))
      }
      assert.deepEqual(weights(quiet), weights(watched))
    }
  })

  it('draws new dropout masks at each step and none in evaluation', async () => {
    const graph = dropping()
    const model = await compile(graph, 16)
    const batch = makeBatch(graph, 16, 1)
    const step = () => [...model.step(batch, 0, ones(graph)).losses]
    assert.notDeepEqual(step(), step())
    assert.deepEqual(model.evaluate(batch), model.evaluate(batch))
  })

  it('gives the same step through one backward pass and through per-task gradients', async () => {
    const graph = smallModels.branching!()
    const choose = () => ({ shared: Float64Array.of(0.5, 2, 1), heads: Float64Array.of(3, 2, 0.25) })
    const [sum, rows] = [await compile(graph, 8), await compile(graph, 8, { perTaskGradients: true })]
    for (let i = 0; i < 5; i++) {
      const batch = makeBatch(graph, 8, i)
      assert.ok(relativeError(sum.step(batch, 0.01, choose).losses, rows.step(batch, 0.01, choose).losses) < 1e-5)
    }
    assert.ok(relativeError(weights(sum), weights(rows)) < 1e-4)
  })

  it('moves a head whose task has weight 0 in the trunk', async () => {
    const graph = smallModels.branching!()
    const choose = () => ({ shared: Float64Array.of(0, 1, 1), heads: Float64Array.of(1, 1, 1) })
    const [sum, rows] = [await compile(graph, 8), await compile(graph, 8, { perTaskGradients: true })]
    const before = values(graph, sum, 'one.output')
    for (let i = 0; i < 3; i++) {
      const batch = makeBatch(graph, 8, i)
      assert.ok(relativeError(sum.step(batch, 0.01, choose).losses, rows.step(batch, 0.01, choose).losses) < 1e-5)
    }
    assert.notDeepEqual(values(graph, sum, 'one.output'), before)
    assert.ok(relativeError(weights(sum), weights(rows)) < 1e-4)
  })

  it('leaves the parameters of absent tasks alone, momentum or not', async () => {
    const graph = smallModels.branching!()
    const model = await compile(graph, 8)
    for (let i = 0; i < 3; i++) model.step(makeBatch(graph, 8, i), 0.01, ones(graph))
    const [own, branch, root] = ['own', 'branch', 'root'].map(prefix => values(graph, model, prefix))
    const { losses } = model.step(makeBatch(graph, 8, 9, { absent: ['three'] }), 0.01, ones(graph))
    assert.ok(Number.isNaN(losses[2]) && Number.isFinite(losses[0]))
    assert.deepEqual(values(graph, model, 'own'), own)
    assert.notDeepEqual(values(graph, model, 'branch'), branch)
    assert.notDeepEqual(values(graph, model, 'root'), root)
  })

  it('does nothing on a batch without labels', async () => {
    const graph = smallModels.branching!()
    const model = await compile(graph, 8)
    model.step(makeBatch(graph, 8, 1), 0.01, ones(graph))
    const before = weights(model)
    const { losses, finite } = model.step(makeBatch(graph, 8, 2, { absent: ['one', 'two', 'three'] }), 0.01, ones(graph))
    assert.ok(losses.every(Number.isNaN) && finite)
    assert.deepEqual(weights(model), before)
  })

  it('is not moved by padding', async () => {
    for (const graph of [smallModels.branching!(), images()]) {
      const [exact, padded] = [await compile(graph, 24), await compile(graph, 40, { threads: 2 })]
      for (let i = 0; i < 3; i++) {
        const ours = exact.step(makeBatch(graph, 24, i), 0.01, ones(graph))
        const theirs = padded.step(makeBatch(graph, 24, i, { size: 40 }), 0.01, ones(graph))
        assert.ok(relativeError(theirs.losses, ours.losses) < 2e-5)
      }
      assert.ok(relativeError(weights(padded), weights(exact)) < 1e-3)
      padded.dispose()
    }
  })

  it('divides convolutional batches among threads without a difference', async () => {
    const graph = images()
    for (const perTaskGradients of [false, true]) {
      const models = await Promise.all([1, 2, 3].map(threads => compile(graph, 50, { threads, perTaskGradients })))
      for (let i = 0; i < 3; i++) {
        const batch = makeBatch(graph, 50, i, { absent: i === 1 ? ['left'] : [] })
        const [first, ...others] = models.map(model => model.step(batch, 0.01, ones(graph)))
        for (const other of others) {
          other.losses.forEach((loss, t) => assert.ok(Object.is(loss, first!.losses[t]) || Math.abs(loss - first!.losses[t]!) < 1e-4))
          if (first!.gram) assert.ok(relativeError(other.gram!.blocks, first!.gram.blocks) < 1e-3)
        }
      }
      for (const model of models.slice(1)) assert.ok(relativeError(weights(model), weights(models[0]!)) < 2e-3)
      models.forEach(model => model.dispose())
    }
  })

  it('reports numbers that are no longer finite', async () => {
    const graph = smallModels.mlp!()
    const model = await compile(graph, 8)
    const batch = makeBatch(graph, 8, 1)
    assert.equal(model.step(batch, 0.01, ones(graph)).finite, true)
    batch.inputs.x![3] = NaN
    const { losses, finite } = model.step(batch, 0.01, ones(graph))
    assert.ok(!finite && losses.some(Number.isNaN))
  })

  it('evaluates row by row, with zero loss for rows without a label', async () => {
    const graph = smallModels.mlp!()
    const model = await compile(graph, 8)
    const batch = makeBatch(graph, 6, 3, { size: 8 })
    const { predictions, losses } = model.evaluate(batch)
    const classes = predictions.species!
    for (let row = 0; row < 8; row++) assert.ok(Math.abs(classes.slice(3 * row, 3 * row + 3).reduce((sum, p) => sum + p, 0) - 1) < 1e-5)
    assert.ok(predictions.sex!.every(p => p > 0 && p < 1))
    assert.equal(predictions.mass!.length, 8)
    batch.masks.mass!.forEach((mask, row) => assert.equal(losses.mass![row] === 0, mask === 0))
    // The same loss as the step's, before it moves anything.
    const mean = losses.sex!.reduce((sum, loss) => sum + loss, 0) / batch.masks.sex!.reduce((sum, mask) => sum + mask, 0)
    assert.ok(Math.abs(model.step(batch, 0.1, ones(graph)).losses[1]! - mean) < 1e-6)
  })

  it('says what is wrong with a batch, a checkpoint or a request', async () => {
    const graph = smallModels.mlp!()
    const model = await compile(graph, 8)
    const batch = makeBatch(graph, 8, 1)
    const refuses = (act: () => unknown, message: RegExp) =>
      assert.throws(act, (error: Error) => error instanceof EngineError && message.test(error.message))
    refuses(() => model.step({ ...batch, inputs: {} }, 0.01, ones(graph)), /48 numbers for input 'x' and has none/)
    refuses(
      () => model.step({ ...batch, masks: { ...batch.masks, sex: new Float32Array(3) } }, 0.01, ones(graph)),
      /the mask of 'sex' and has 3/,
    )
    refuses(() => model.writeParameters(new Map()), /the parameter a\/kernel should have 48 numbers and has none/)
    const state = model.readState()
    refuses(() => model.writeState({ ...state, slots: new Map([...state.slots].filter(([name]) => name !== 'm/b/bias')) }), /m\/b\/bias/)
    await assert.rejects(compile(graph, 8, { optimizer: { kind: 'lion', options: {}, span: null } }), /unknown optimizer 'lion'/)
    const nodes = graph.nodes.map(node => (node.name === 'x' ? { ...node, shape: [null] } : node))
    await assert.rejects(compile({ ...graph, nodes }, 8), EngineError)
  })

  for (const perTaskGradients of [false, true]) {
    it(`moves nothing before stopGradient for the task behind it${perTaskGradients ? ', with a gradient per task' : ''}`, async () => {
      const build = (listening: boolean) => {
        const g = new GraphBuilder()
        const trunk = g.layer('dense', g.input('x', [5]), { units: 8, activation: 'tanh' }, 'a')
        g.task('one', 'regression', trunk)
        if (listening) g.task('two', 'regression', g.layer('dense', g.layer('stopGradient', trunk), { units: 4, activation: 'tanh' }, 'h'))
        return g.build(8)
      }
      const [alone, both] = [build(false), build(true)]
      const [one, two] = [await compile(alone, 8, { perTaskGradients: false }), await compile(both, 8, { perTaskGradients })]
      two.writeParameters(new Map([...two.readParameters(), ...one.readParameters()]))
      const before = two.readParameters()
      for (let seed = 1; seed <= 5; seed++) {
        const batch = makeBatch(both, 8, seed)
        one.step(batch, 1e-2, ones(alone))
        const { gram } = two.step(batch, 1e-2, ones(both))
        if (perTaskGradients) assert.deepEqual([...gram!.blocks].slice(1), [0, 0, 0])
      }
      const after = two.readParameters()
      for (const [name, expected] of one.readParameters()) assert.ok(relativeError(after.get(name)!, expected) < 1e-6, name)
      assert.notDeepEqual(after.get('h/kernel'), before.get('h/kernel'))
    })
  }
})
