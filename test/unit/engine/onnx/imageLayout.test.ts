import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../../../../src/base/random'
import type { CompiledModel, ImageLayout } from '../../../../src/engine/engine'
import { openOnnxEngine } from '../../../../src/engine/onnx/onnxEngine'
import type { Batch } from '../../../../src/ir/batch'
import type { ModelGraph } from '../../../../src/ir/graph'
import { GraphBuilder } from '../../../fixtures/models/graphBuilder'
import { relativeError } from '../../../conformance/runProgram'

const batchSize = 16

function graph(filters = 16): ModelGraph {
  const g = new GraphBuilder()
  const normed = (from: number, options: object) => g.layer('batchNorm', g.layer('conv2d', from, { filters, bias: false, ...options }))
  const first = g.layer('activation', normed(g.input('x', [8, 8, 3]), {}), { function: 'softplus' })
  const second = g.operation('add', normed(first, {}), first)
  const halved = g.operation('add', normed(second, { strides: 2 }), normed(second, { strides: 2, kernel: 1 }))
  const trunk = g.layer('globalAveragePool2d', g.layer('activation', halved, { function: 'tanh' }))
  g.task('a', 'classification', trunk, 3)
  g.task('b', 'regression', trunk)
  return g.build(batchSize)
}

function batch(seed: number, rows = batchSize): Batch {
  const random = Random.seeded(seed)
  const mask = () => Float32Array.from({ length: batchSize }, (_, i) => Number(i < rows))
  return {
    rows,
    inputs: { x: Float32Array.from({ length: batchSize * 192 }, () => random.normal()) },
    targets: {
      a: Float32Array.from({ length: batchSize }, () => random.below(3)),
      b: Float32Array.from({ length: batchSize }, () => random.normal()),
    },
    masks: { a: mask(), b: mask() },
  }
}

const steps = (model: CompiledModel, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => [
    ...model.step(batch(from + i, 16 - (i % 3)), 0.01, () => ({ shared: Float64Array.of(1, 1) })).losses,
  ])

const bits = (model: CompiledModel) => [...model.readParameters()].map(([name, values]) => [name, Array.from(values)])

describe('the layout of images', () => {
  let cache: string
  beforeEach(() => (cache = mkdtempSync(join(tmpdir(), 'mtl-cache-'))))
  afterEach(() => rmSync(cache, { recursive: true, force: true }))

  async function compile(options: { imageLayout?: ImageLayout; perTaskGradients?: boolean; filters?: number; folder?: string } = {}) {
    const { imageLayout, perTaskGradients = false, filters, folder = cache } = options
    const engine = await openOnnxEngine({ threads: 2, cache: folder })
    const own = graph(filters)
    const request = { graph: own, batchSize, evaluationBatchSize: batchSize, optimizer: own.training.optimizer, perTaskGradients, seed: 1 }
    return engine.compile({ ...request, ...(imageLayout && { imageLayout }) })
  }

  const entries = () => readdirSync(cache).map(file => join(cache, file))
  const other = (layout: ImageLayout): ImageLayout => (layout === 'plain' ? 'blocked' : 'plain')
  const rewrite = (layout: ImageLayout) => {
    for (const file of entries()) writeFileSync(file, JSON.stringify({ imageLayout: layout }))
  }

  it('is measured once for a model, and then read', async () => {
    const { imageLayout } = await compile()
    assert.ok(imageLayout)
    const [file, ...more] = entries()
    assert.equal(more.length, 0)
    const { milliseconds, ...rest } = JSON.parse(readFileSync(file!, 'utf8')) as { milliseconds: Record<ImageLayout, number> }
    assert.deepEqual(rest, { imageLayout })
    assert.ok(milliseconds.plain > 0 && milliseconds.blocked > 0 && milliseconds[imageLayout] <= milliseconds[other(imageLayout)])
    rewrite(other(imageLayout))
    assert.equal((await compile()).imageLayout, other(imageLayout))
    await compile({ perTaskGradients: true })
    assert.equal(entries().length, 2, 'another program is another measurement')
  })

  it('is no question where both are the same', async () => {
    assert.equal((await compile({ filters: 5 })).imageLayout, undefined)
    assert.deepEqual(entries(), [])
  })

  it('is measured again where the cache is damaged, or can’t be written', async () => {
    await compile()
    for (const damage of ['', '{', '[]', 'null', '{"imageLayout":"diagonal"}', '\u0000\u0001']) {
      for (const file of entries()) writeFileSync(file, damage)
      assert.ok((await compile()).imageLayout)
      assert.match(readFileSync(entries()[0]!, 'utf8'), /^\{"imageLayout":"(plain|blocked)"/)
    }
    const file = join(cache, 'file')
    writeFileSync(file, '')
    assert.ok((await compile({ folder: join(file, 'below') })).imageLayout)
  })

  for (const perTaskGradients of [false, true]) {
    it(`stays what a run began with, whatever the cache says by then, ${perTaskGradients ? 'with' : 'without'} per-task gradients`, async () => {
      for (const imageLayout of ['plain', 'blocked'] as const) {
        const whole = await compile({ imageLayout, perTaskGradients })
        const expected = steps(whole, 0, 6)
        const first = await compile({ imageLayout, perTaskGradients })
        const begun = steps(first, 0, 3)
        await compile({ perTaskGradients })
        rewrite(other(imageLayout))
        const second = await compile({ imageLayout, perTaskGradients })
        assert.equal(second.imageLayout, imageLayout)
        second.writeParameters(first.readParameters())
        second.writeState(first.readState())
        assert.deepEqual([...begun, ...steps(second, 3, 6)], expected)
        assert.deepEqual(bits(second), bits(whole))
      }
    })
  }

  it('gives the same training either way, to rounding', async () => {
    for (const perTaskGradients of [false, true]) {
      const [plain, blocked] = [
        await compile({ imageLayout: 'plain', perTaskGradients }),
        await compile({ imageLayout: 'blocked', perTaskGradients }),
      ]
      assert.ok(relativeError(steps(blocked, 0, 5).flat(), steps(plain, 0, 5).flat()) < 1e-3)
      const [ours, theirs] = [blocked.evaluate(batch(9)), plain.evaluate(batch(9))]
      assert.ok(relativeError(ours.predictions.b!, theirs.predictions.b!) < 1e-2)
      const [g, h] = [await blocked.measureGram(batch(9)), await plain.measureGram(batch(9))]
      assert.ok(relativeError(g.blocks, h.blocks) < 2e-2)
      for (const [name, values] of blocked.readParameters()) {
        if (name.endsWith('/mean') || name.endsWith('/variance'))
          assert.ok(relativeError(values, plain.readParameters().get(name)!) < 1e-2, name)
      }
    }
  })
})
