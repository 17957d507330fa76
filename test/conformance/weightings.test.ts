import assert from 'node:assert/strict'
import type { CompiledModel, Engine } from '../../src/engine/engine'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import { openTfjsEngine } from '../../src/engine/tfjs/tfjsEngine'
import type { Batch } from '../../src/ir/batch'
import { GraphBuilder } from '../fixtures/models/graphBuilder'
import { makeBatch } from '../bench/workloads'

const sgd = { kind: 'sgd', options: { learningRate: 0.1, momentum: 0, nesterov: false }, span: null }
const rows = 12

function graphOf(images: boolean) {
  const g = new GraphBuilder()
  let x = g.input('x', images ? [6, 6, 2] : [5])
  if (images) x = g.layer('flatten', g.layer('maxPool2d', g.layer('conv2d', x, { filters: 3, kernel: 3, activation: 'tanh' })))
  const first = g.layer('dense', x, { units: 7, activation: 'tanh' })
  const trunk = g.layer('dense', g.layer('dropout', first, { rate: 0.25 }), { units: 4, activation: 'tanh' })
  g.task('a', 'classification', trunk, 3)
  g.task('b', 'regression', g.layer('dense', trunk, { units: 3, activation: 'tanh' }))
  g.task('c', 'regression', trunk)
  return g.build(rows)
}

const close = (a: ArrayLike<number>, b: ArrayLike<number>, what: string) =>
  Array.from(a).forEach((value, i) => assert.ok(Math.abs(value - b[i]!) <= 1e-5 * (1 + Math.abs(b[i]!)), `${what}: ${value} and ${b[i]}`))
const same = (a: CompiledModel, b: CompiledModel) => {
  const theirs = b.readParameters()
  for (const [name, values] of a.readParameters()) close(values, theirs.get(name)!, name)
}

for (const [name, open] of [
  ['ONNX Runtime', () => openOnnxEngine({ threads: 1 })],
  ['TensorFlow.js', () => openTfjsEngine()],
] as const)
  for (const images of [false, true])
    describe(`steps of ${name} for weightings, ${images ? 'images' : 'vectors'}`, () => {
      const graph = graphOf(images)
      const whole = makeBatch(graph, rows)
      const absent: Batch = { ...whole, masks: { ...whole.masks, c: new Float32Array(rows) } }
      const opened = (async (): Promise<Engine> => open())()
      const compile = async (perTaskGradients: boolean, lossesFirst = false) =>
        (await opened).compile({
          graph,
          batchSize: rows,
          evaluationBatchSize: rows,
          optimizer: sgd,
          perTaskGradients,
          lossesFirst,
          seed: 3,
        })
      const weights = Float64Array.of(0.5, 2, 1.25)
      const step = (model: CompiledModel, given = whole) => model.step(given, 0.1, () => ({ shared: weights, heads: weights }))

      it('give the losses before the weights, and then the same step', async () => {
        const [plain, first] = [await compile(false), await compile(false, true)]
        for (const given of [whole, absent, whole]) {
          let seen: Float64Array | undefined
          const { losses } = first.step(given, 0.1, sight => ((seen = sight.losses), { shared: weights, heads: weights }))
          assert.deepEqual([...seen!], [...losses])
          close(losses.subarray(0, 2), step(plain, given).losses.subarray(0, 2), 'losses')
          assert.equal(Number.isNaN(losses[2]), given === absent)
        }
        same(first, plain)
      })

      it('give rows that make the Gram blocks; a direction or weights by layer give the same step as weights', async () => {
        const models = [await compile(true), await compile(true), await compile(true), await compile(false)]
        const ways = [
          (given: { rows: readonly Float32Array[] }) => {
            const direction = new Float32Array(given.rows[0]!.length)
            given.rows.forEach((row, t) => row.forEach((value, p) => (direction[p]! += weights[t]! * value)))
            return { shared: weights, heads: weights, direction }
          },
          () => ({ shared: new Float64Array(3).fill(9), heads: weights, layers: [weights, weights, weights] }),
          () => ({ shared: weights, heads: weights }),
        ]
        for (let n = 0; n < 2; n++) {
          ways.forEach((way, i) =>
            models[i]!.step(whole, 0.1, ({ gram, rows, losses }) => {
              const J = rows!()
              assert.ok(losses!.every(Number.isFinite))
              const sum = (a: number, b: number) => gram!.layers.reduce((sum, _, l) => sum + gram!.blocks[l * 9 + a * 3 + b]!, 0)
              for (const [a, b] of [
                [0, 0],
                [0, 1],
                [2, 1],
              ] as const) {
                const product = J[a]!.reduce((sum, value, p) => sum + value * J[b]![p]!, 0)
                assert.ok(Math.abs(product - sum(a, b)) <= 1e-5 * (1e-3 + Math.abs(product)), `${product} and ${sum(a, b)}`)
              }
              return way({ rows: J })
            }),
          )
          step(models[3]!)
        }
        for (const model of models.slice(0, 3)) same(model, models[3]!)
      })

      it('weigh each layer by itself', async () => {
        const [by, all] = [await compile(true), await compile(true)]
        const zero = new Float64Array(3)
        by.step(whole, 0.1, ({ gram }) => ({ shared: zero, heads: zero, layers: gram!.layers.map((_, l) => (l === 0 ? weights : zero)) }))
        all.step(whole, 0.1, () => ({ shared: weights, heads: zero }))
        const [first, ...others] = [...new Set(by.parameters.filter(p => p.tasks.length > 1).map(p => p.layer))]
        const [ours, theirs, start] = [by.readParameters(), all.readParameters(), (await compile(true)).readParameters()]
        for (const { name, layer } of by.parameters) {
          if (layer === first) close(ours.get(name)!, theirs.get(name)!, name)
          else close(ours.get(name)!, start.get(name)!, name)
        }
        assert.ok(others.length > 0)
      })

      it('give the losses after the update: those that the same masks give at the new weights', async () => {
        for (const lossesFirst of [false, true]) {
          const model = await compile(false, lossesFirst)
          const { losses } = step(model)
          const after = model.lossesAfterStep(whole)
          close(model.lossesAfterStep(whole), after, 'again')
          assert.ok(after[0]! < losses[0]! && after[1]! < losses[1]!, `${losses.join()} then ${after.join()}`)
          // A step back to the last masks, which moves nothing, sees the same losses.
          const state = model.readState()
          model.writeState({ ...state, step: state.step - 1 })
          close(model.step(whole, 0, () => ({ shared: weights, heads: weights })).losses, after, 'after')
        }
      })
    })
