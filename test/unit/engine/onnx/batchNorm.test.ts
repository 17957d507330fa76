import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import { openOnnxEngine } from '../../../../src/engine/onnx/onnxEngine'
import type { CompiledModel } from '../../../../src/engine/engine'
import type { Batch } from '../../../../src/ir/batch'
import { GraphBuilder } from '../../../fixtures/models/graphBuilder'

const batchSize = 8

function graph() {
  const g = new GraphBuilder()
  const c = g.layer('conv2d', g.input('x', [6, 6, 2]), { filters: 4, bias: false }, 'c')
  const n = g.layer('activation', g.layer('batchNorm', c, {}, 'n'), { function: 'tanh' })
  const h = g.layer('dense', g.layer('flatten', n), { units: 5 }, 'h')
  const twice = g.layer('batchNorm', h, { momentum: 0.5 }, 'twice')
  const trunk = g.again(twice, g.layer('dense', twice, { units: 5 }, 'k'))
  g.task('a', 'regression', trunk)
  g.task('b', 'binary', trunk)
  return g.build(batchSize)
}

function batch(seed: number, rows: number, padding = 0): Batch {
  const random = Random.seeded(seed)
  const values = (n: number, real: number, draw: () => number) => Float32Array.from({ length: n }, (_, i) => (i < real ? draw() : padding))
  const mask = () => values(batchSize, rows, () => 1).map((v, i) => (i < rows ? v : 0))
  return {
    rows,
    inputs: { x: values(batchSize * 72, rows * 72, () => random.normal()) },
    targets: { a: values(batchSize, rows, () => random.normal()), b: values(batchSize, rows, () => random.below(2)) },
    masks: { a: mask(), b: mask() },
  }
}

const equal = () => ({ shared: Float64Array.of(1, 1) })

async function compile(perTaskGradients: boolean, seed = 1, threads = 2): Promise<CompiledModel> {
  const engine = await openOnnxEngine({ threads })
  const optimizer = { kind: 'adam', options: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, span: null }
  return engine.compile({ graph: graph(), batchSize, evaluationBatchSize: batchSize, optimizer, perTaskGradients, seed })
}

const bits = (model: CompiledModel) => [...model.readParameters()].map(([name, values]) => [name, Array.from(values)])

describe('batch norm in the engine', () => {
  for (const perTask of [false, true]) {
    it(`resumes bit by bit, ${perTask ? 'with' : 'without'} per-task gradients`, async () => {
      const [first, second] = [await compile(perTask), await compile(perTask, 2)]
      for (let i = 0; i < 3; i++) first.step(batch(i, 8 - i), 0.01, equal)
      second.writeParameters(first.readParameters())
      second.writeState(first.readState())
      for (let i = 3; i < 6; i++) for (const model of [first, second]) model.step(batch(i, 9 - i), 0.01, equal)
      assert.deepEqual(bits(second), bits(first))
      assert.notDeepEqual(Array.from(first.readParameters().get('n/mean')!), [0, 0, 0, 0])
    })
  }

  it('is blind to what stands in rows that only fill up the batch', async () => {
    const [clean, dirty] = [await compile(false), await compile(false)]
    for (let i = 0; i < 3; i++) {
      clean.step(batch(i, 5), 0.01, equal)
      dirty.step(batch(i, 5, 100), 0.01, equal)
    }
    for (const [name, values] of clean.readParameters())
      dirty
        .readParameters()
        .get(name)!
        .forEach((v, i) => assert.ok(Math.abs(v - values[i]!) < 1e-4, `${name} ${v} ${values[i]}`))
  })

  it('moves its statistics by steps, and by nothing else', async () => {
    const model = await compile(false)
    const before = bits(model)
    await model.measureGram(batch(1, 8))
    model.evaluate(batch(1, 8))
    assert.deepEqual(bits(model), before)
    model.step(batch(1, 8), 0, equal)
    const changed = bits(model).filter((entry, i) => JSON.stringify(entry) !== JSON.stringify(before[i]))
    assert.deepEqual(
      changed.map(([name]) => name),
      ['n/mean', 'n/variance', 'twice/mean', 'twice/variance'],
    )
    assert.deepEqual(
      model.parameters.filter(p => p.statistic).map(p => p.name),
      ['n/mean', 'n/variance', 'twice/mean', 'twice/variance'],
    )
  })

  it('evaluates each row by itself', async () => {
    const model = await compile(false)
    for (let i = 0; i < 3; i++) model.step(batch(i, 8), 0.01, equal)
    const whole = model.evaluate(batch(9, 8)).predictions.a!
    const few = model.evaluate(batch(9, 2)).predictions.a!
    assert.ok(Math.abs(whole[0]! - few[0]!) < 1e-6 * Math.max(1, Math.abs(whole[0]!)))
  })
})
