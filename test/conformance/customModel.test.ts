import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Options } from '../../src/base/options'
import { sumGradients } from '../../src/engine/gradientProgram'
import type { CompiledModel } from '../../src/engine/engine'
import { lowerModel } from '../../src/engine/modelProgram'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import { parametersOf } from '../../src/engine/parameters'
import type { Batch } from '../../src/ir/batch'
import type { ModelGraph } from '../../src/ir/graph'
import { pcGradWeights } from '../../src/methods/aggregation/pcGrad'
import { graphOf } from '../unit/language/evaluate'
import { interpret } from './reference'
import { relativeError } from './runProgram'

interface Run {
  readonly weighting: 'equal' | 'pcGrad'
  readonly optimizer: 'adam' | 'sgd'
  readonly options: { readonly lr: number; readonly momentum?: number }
  readonly batchSize: number
  readonly initial: Readonly<Record<string, number[]>>
  readonly final: Readonly<Record<string, number[]>>
  readonly steps: readonly {
    readonly batch: { rows: number; inputs: Record<string, number[]>; targets: Record<string, number[]>; masks: Record<string, number[]> }
    readonly losses: (number | null)[]
    readonly gram: Readonly<Record<string, number[]>>
  }[]
}

const runs = JSON.parse(readFileSync(resolve('test/fixtures/pytorch/custom.json'), 'utf8')) as Run[]
const text = readFileSync(resolve('test/fixtures/models/custom.mtl.ts'), 'utf8')

/** What the fixture calls the parameters. */
const fixtureNames: Readonly<Record<string, string>> = {
  'mixed.query/kernel': 'query/kernel',
  'gain/values': 'gain/values',
  'offset/values': 'offset/values',
  'gate/matrix': 'gate/matrix',
  'trunk.dense1/kernel': 'trunk/kernel',
  'trunk.dense1/bias': 'trunk/bias',
}
const named = (name: string) => fixtureNames[name] ?? name

const floats = (record: Record<string, number[]>) => Object.fromEntries(Object.entries(record).map(([k, v]) => [k, Float32Array.from(v)]))
const batchOf = ({ rows, inputs, targets, masks }: Run['steps'][number]['batch']): Batch => ({
  rows,
  inputs: floats(inputs),
  targets: floats(targets),
  masks: floats(masks),
})

async function compile(graph: ModelGraph, run: Run, threads: number, perTaskGradients: boolean): Promise<CompiledModel> {
  const { optimizer: kind, options, batchSize } = run
  const given: Options = kind === 'sgd' ? { momentum: options.momentum ?? 0, nesterov: false } : { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
  const engine = await openOnnxEngine({ threads })
  const optimizer = { kind, options: given, span: null }
  const model = await engine.compile({ graph, batchSize, evaluationBatchSize: batchSize, optimizer, perTaskGradients, seed: 1 })
  model.writeParameters(new Map(model.parameters.map(({ name }) => [name, Float32Array.from(run.initial[named(name)]!)])))
  return model
}

describe('layers and losses written as functions', () => {
  let graph: ModelGraph
  before(async () => void (graph = await graphOf(text)))

  for (const run of runs)
    for (const perTask of run.weighting === 'pcGrad' ? [true] : [false, true])
      it(`train as in PyTorch: ${run.weighting}, ${run.optimizer}, ${perTask ? 'per-task gradients' : 'one backward pass'}`, async () => {
        const model = await compile(graph, run, 1, perTask)
        const T = graph.tasks.length
        for (const [k, { batch, losses, gram: expected }] of run.steps.entries()) {
          const present = losses.flatMap((loss, t) => (loss === null ? [] : [t]))
          const result = model.step(batchOf(batch), run.options.lr, ({ gram }) => {
            if (run.weighting === 'equal') return { shared: new Float64Array(T).fill(1) }
            const total = new Float64Array(T * T)
            gram!.blocks.forEach((value, i) => (total[i % (T * T)]! += value))
            return { shared: pcGradWeights(total, T, present, order => order) }
          })
          losses.forEach((loss, t) => {
            if (loss !== null) assert.ok(Math.abs(result.losses[t]! - loss) < 3e-5 * Math.max(1, Math.abs(loss)), `step ${k}, task ${t}`)
          })
          const { layers = [], blocks = [] } = result.gram ?? {}
          for (const [l, layer] of layers.entries()) {
            const role = model.parameters.find(p => p.layer === layer)!.name
            const block = expected[named(role).split('/')[0]!]!
            assert.ok(relativeError(blocks.slice(l * T * T, (l + 1) * T * T), block) < 1e-4, `step ${k}: Gram block of ${layer}`)
          }
          if (perTask) assert.equal(layers.length, Object.keys(expected).length)
        }
        for (const [name, values] of model.readParameters()) assert.ok(relativeError(values, run.final[named(name)]!) < 1e-4, name)
        model.dispose()
      })

  it('have the gradients of finite differences', () => {
    const run = runs[0]!
    const batch = batchOf(run.steps[0]!.batch)
    const model = lowerModel(graph, run.batchSize, true)
    const parameters = parametersOf(graph)
    const outputs = sumGradients(model, graph, parameters)
    const feeds = new Map<string, ArrayLike<number>>([
      ['input/x', batch.inputs.x!],
      ...parameters.map(({ name }): [string, ArrayLike<number>] => [`parameter/${name}`, run.initial[named(name)]!]),
      ...graph.tasks.flatMap(({ name }): [string, ArrayLike<number>][] => [
        [`target/${name}`, batch.targets[name]!],
        [`cotangent/${name}`, batch.masks[name]!],
      ]),
    ])
    const objective = (name: string, values: ArrayLike<number>) =>
      interpret(model.program, new Map(feeds).set(`parameter/${name}`, values), model.losses)
        .map((loss, t) => loss.reduce((sum, v, row) => sum + v * batch.masks[graph.tasks[t]!.name]![row]!, 0))
        .reduce((a, b) => a + b)
    for (const { name } of parameters) {
      const values = run.initial[named(name)]!
      const [gradient] = interpret(model.program, feeds, [outputs.get(`gradient/${name}`)!])
      const moved = (at: number, by: number) => values.map((v, i) => (i === at ? v + by : v))
      const differences = values.map((_, i) => (objective(name, moved(i, 1e-6)) - objective(name, moved(i, -1e-6))) / 2e-6)
      assert.ok(relativeError(gradient!, differences) < 1e-6, name)
    }
  })

  it('evaluate by the loss of the file, and answer as the kind of task does', async () => {
    const run = runs[0]!
    const model = await compile(graph, run, 1, false)
    const batch = batchOf(run.steps[0]!.batch)
    const { losses, predictions } = model.evaluate(batch)
    run.steps[0]!.losses.forEach((loss, t) => {
      const { name } = graph.tasks[t]!
      const count = batch.masks[name]!.reduce((a, b) => a + b)
      assert.ok(Math.abs(losses[name]!.reduce((a, b) => a + b) / count - loss!) < 3e-5)
    })
    assert.ok(Math.abs(predictions.kind!.subarray(0, 3).reduce((a, b) => a + b) - 1) < 1e-6)
  })

  it('are not spoilt by rows without a label, where the loss is infinite at 0', async () => {
    const divided = text.replace(/mean\(sqrt\(add\(square.*\)/, 'mean(abs(divide(subtract(output, target), target)))')
    assert.notEqual(divided, text)
    const run = runs[0]!
    const model = await compile(await graphOf(divided), run, 1, false)
    for (const { batch } of run.steps)
      assert.equal(model.step(batchOf(batch), 0.001, () => ({ shared: Float64Array.of(1, 1, 1) })).finite, true)
  })
})
