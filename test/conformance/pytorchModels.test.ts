import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Options } from '../../src/base/options'
import { Random } from '../../src/base/random'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import { openTfjsEngine } from '../../src/engine/tfjs/tfjsEngine'
import type { GramBlocks } from '../../src/engine/engine'
import type { Batch } from '../../src/ir/batch'
import { pcGradWeights } from '../../src/methods/aggregation/pcGrad'
import type { Method } from '../../src/methods/method'
import { methodOf } from '../../src/methods/table'
import { smallModels } from '../fixtures/models/small'
import { relativeError } from './runProgram'

interface Run {
  readonly model: string
  readonly weighting: string
  readonly optimizer: 'adam' | 'adamW' | 'sgd'
  readonly options: { readonly lr: number; readonly momentum?: number; readonly nesterov?: boolean; readonly weight_decay?: number }
  readonly clipNorm?: number
  readonly batchSize: number
  readonly initial: Readonly<Record<string, number[]>>
  readonly final: Readonly<Record<string, number[]>>
  readonly logVariances: number[]
  readonly steps: readonly {
    readonly batch: { rows: number; inputs: Record<string, number[]>; targets: Record<string, number[]>; masks: Record<string, number[]> }
    readonly losses: (number | null)[]
    readonly weights: number[]
    readonly gram: Readonly<Record<string, number[]>>
  }[]
}

const runs = ['models', 'training'].flatMap(
  name => JSON.parse(readFileSync(resolve(`test/fixtures/pytorch/${name}.json`), 'utf8')) as Run[],
)

const floats = (record: Record<string, number[]>) => Object.fromEntries(Object.entries(record).map(([k, v]) => [k, Float32Array.from(v)]))
const batchOf = ({ rows, inputs, targets, masks }: Run['steps'][number]['batch']): Batch => ({
  rows,
  inputs: floats(inputs),
  targets: floats(targets),
  masks: floats(masks),
})

function optimizer({ optimizer: kind, options: { momentum = 0, nesterov = false, weight_decay: weightDecay = 0 } }: Run) {
  const options: Options = kind === 'sgd' ? { momentum, nesterov } : { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay }
  return { kind, options, span: null }
}

function total({ blocks }: GramBlocks, T: number): Float64Array {
  const sum = new Float64Array(T * T)
  blocks.forEach((value, k) => (sum[k % (T * T)]! += value))
  return sum
}

/** The run's method; PCGrad projects in task order, as the fixture did. */
function methodFor(run: Run, tasks: readonly string[]): Method {
  if (run.weighting === 'pcGrad') {
    const weights: Method['weights'] = ({ present, gram }) => ({
      shared: pcGradWeights(
        gram!,
        tasks.length,
        [...tasks.keys()].filter(t => present[t]),
        o => o,
      ),
    })
    return { weights, state: () => null, restore: () => {} }
  }
  return methodOf(run.weighting)!.create({ tasks, options: {}, random: Random.seeded(1), learningRate: run.options.lr })
}

const engines = {
  'ONNX Runtime on 1 thread': () => openOnnxEngine({ threads: 1 }),
  'ONNX Runtime on 2 threads': () => openOnnxEngine({ threads: 2 }),
  'TensorFlow.js': () => openTfjsEngine(),
}

describe('training agrees with PyTorch', () => {
  for (const [name, open] of Object.entries(engines)) {
    // Methods that need no Gram matrix must give the same through both kinds of backward pass.
    const cases = runs.flatMap(run => (run.weighting === 'pcGrad' ? [true] : [false, true]).map(perTask => ({ run, perTask })))
    for (const { run, perTask } of cases) {
      it(`${run.model}, ${run.weighting}, ${run.optimizer} ${JSON.stringify(run.options)}${run.clipNorm ? ` clipped at ${run.clipNorm}` : ''}, ${perTask ? 'per-task gradients' : 'one backward pass'}, ${name}`, async () => {
        const engine = await open()
        const { clipNorm } = run
        const small = smallModels[run.model]!()
        const graph = clipNorm === undefined ? small : { ...small, training: { ...small.training, clipNorm } }
        const tasks = graph.tasks.map(t => t.name)
        const { batchSize } = run
        const model = await engine.compile({
          graph,
          batchSize,
          evaluationBatchSize: batchSize,
          optimizer: optimizer(run),
          perTaskGradients: perTask,
          seed: 1,
        })
        model.writeParameters(new Map(Object.entries(floats(run.initial))))
        const method = methodFor(run, tasks)
        for (const [k, expected] of run.steps.entries()) {
          const batch = batchOf(expected.batch)
          const measured = await model.measureGram(batch)
          const result = model.step(batch, run.options.lr, ({ present, gram }) =>
            method.weights(gram ? { present, gram: total(gram, tasks.length) } : { present }),
          )
          method.afterStep?.(
            result.losses,
            expected.losses.map(loss => loss !== null),
          )
          expected.losses.forEach((loss, t) => {
            if (loss === null) assert.ok(Number.isNaN(result.losses[t]), `step ${k}: ${tasks[t]} has no label`)
            else
              assert.ok(
                Math.abs(result.losses[t]! - loss) < 3e-5 * Math.max(1, Math.abs(loss)),
                `step ${k}: loss of ${tasks[t]} ${result.losses[t]} ${loss}`,
              )
          })
          assert.equal(result.finite, true)
          for (const gram of perTask ? [measured, result.gram!] : [measured]) {
            assert.deepEqual(gram.layers, Object.keys(expected.gram))
            assert.ok(relativeError(gram.blocks, Object.values(expected.gram).flat()) < 1e-4, `step ${k}: Gram blocks`)
          }
        }
        const parameters = model.readParameters()
        assert.deepEqual([...parameters.keys()].sort(), Object.keys(run.final).sort())
        for (const [parameter, values] of parameters) assert.ok(relativeError(values, run.final[parameter]!) < 1e-4, parameter)
        if (run.weighting === 'uncertainty') assert.ok(relativeError((method.state() as { s: number[] }).s, run.logVariances) < 1e-4)
        model.dispose()
      })
    }
  }
})
