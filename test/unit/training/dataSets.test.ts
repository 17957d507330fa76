import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { open } from '../../../src/data/open'
import type { Engine } from '../../../src/engine/engine'
import { openOnnxEngine } from '../../../src/engine/onnx/onnxEngine'
import { openTfjsEngine } from '../../../src/engine/tfjs/tfjsEngine'
import type { GraphTask, ModelGraph, TrainingSettings } from '../../../src/ir/graph'
import { methods } from '../../../src/methods/table'
import type { Checkpoint } from '../../../src/runs/checkpoint'
import type { RunEvent } from '../../../src/runs/events'
import { supersede } from '../../../src/runs/summary'
import { TrainingControls } from '../../../src/training/controls'
import { train } from '../../../src/training/train'
import { GraphBuilder } from '../../fixtures/models/graphBuilder'
import { folderWith } from '../data/folder'
import { thirds } from '../data/model'
import { Recorder } from './penguins'

const choice = (kind: string, options = {}) => ({ kind, options, span: null })

/** Two data sets that obey one law, y = x₁ x₂, seen through other labels: a number in one, its sign in the other. */
const rowsOf = (count: number, seed: string, label: (y: number) => string) => {
  const random = Random.seeded(1, seed)
  const lines = Array.from({ length: count }, () => {
    const [a, b] = [random.normal(), random.normal()]
    return `${a},${b},${label(a * b)}`
  })
  return ['x,z,y', ...lines].join('\n')
}
const files = {
  'numbers.csv': rowsOf(600, 'numbers', y => String(100 + 10 * y)),
  'signs.csv': rowsOf(250, 'signs', y => (y > 0 ? 'plus' : 'minus')),
}
const folder = folderWith(files)

/** One trunk with batch norm and dropout over both, a head for each. */
function graphOf(training: Partial<TrainingSettings> = {}): ModelGraph {
  const b = new GraphBuilder()
  const features = { numeric: ['x', 'z'], categorical: [] }
  const [left, right] = [b.input('numbers', [2], { source: 0, ...features }), b.input('signs', [2], { source: 1, ...features })]
  const dense = b.layer('dense', left, { units: 24, activation: 'relu' }, 'trunk')
  const norm = b.layer('batchNorm', dense, {}, 'norm')
  const drop = b.layer('dropout', norm, { rate: 0.05 }, 'drop')
  const again = [dense, norm, drop].reduce((from, layer) => b.again(layer, from), right)
  b.task('number', 'regression', drop)
  b.task('sign', 'binary', again)
  const built = b.build(32)
  const tasks = built.tasks.map((task, i): GraphTask => ({ ...task, label: { source: i, column: 'y', span: null } }))
  const source = { kind: 'csv', options: {}, split: thirds, span: null, pathSpan: null }
  const sources = Object.keys(files).map((path, id) => ({ ...source, id, path }))
  const optimizer = choice('adam', { learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })
  return { ...built, tasks, sources, training: { ...built.training, optimizer, epochs: 3, ...training } }
}

async function trained(
  training: Partial<TrainingSettings>,
  { recorder = new Recorder(), controls = new TrainingControls(), from = null as Checkpoint | null, engine = null as Engine | null } = {},
) {
  const graph = graphOf(training)
  const dataset = await open(graph, { folder })
  const request = { graph, dataset, engine: engine ?? (await openOnnxEngine({ threads: 1 })), epochs: graph.training.epochs, seed: 1 }
  const outcome = await train({ ...request, resumeFrom: from, checkpointSeconds: 1e9 }, recorder, controls)
  return { outcome, recorder, dataset }
}

const numbers = (events: readonly RunEvent[]): unknown[] =>
  supersede(events)
    .filter(event => event.type === 'step' || event.type === 'epoch')
    .map(event => ({ ...event, time: 0, seconds: 0 }))

describe('training on a data set of its own per task', () => {
  it('learns both, through one trunk, and measures each on its own splits', async () => {
    const { outcome, recorder, dataset } = await trained({ epochs: 40 })
    assert.equal(outcome.status, 'completed', outcome.message)
    assert.ok(outcome.metrics.number!.test_r2! > 0.85, JSON.stringify(outcome.metrics))
    assert.ok(outcome.metrics.sign!.test_accuracy! > 0.85, JSON.stringify(outcome.metrics))
    const losses = recorder.of('epoch').map(({ metrics }) => metrics.number!.validation_loss!)
    assert.ok(losses.at(-1)! < losses[0]! / 3, `${losses[0]} → ${losses.at(-1)}`)
    assert.equal(dataset.train.rows, 420 + 175)
    // An epoch by size has as many steps as batches of all rows.
    assert.equal(recorder.of('step').length, 40 * Math.ceil((420 + 175) / 32))
  })

  for (const sources of ['size', { temperature: 3 }, 'roundRobin'] as const)
    it(`goes on bit by bit where it was stopped, sampling by ${JSON.stringify(sources)}`, async () => {
      const settings = { sampling: { sources }, weighting: choice('pcGrad') }
      const whole = await trained(settings)
      const controls = new TrainingControls()
      const first = await trained(settings, {
        controls,
        recorder: new Recorder(event => void (event.type === 'step' && event.step === 29 && controls.stop())),
      })
      assert.equal(first.outcome.status, 'stopped')
      const from = first.recorder.checkpoints.get('last')!
      const second = await trained(settings, { from })
      assert.deepEqual(numbers([...first.recorder.events, ...second.recorder.events]), numbers(whole.recorder.events))
    })

  for (const sources of ['size', { temperature: 3 }, 'roundRobin'] as const)
    for (const weighting of ['equal', 'pcGrad'])
      it(`is the same with TensorFlow.js, sampling by ${JSON.stringify(sources)}, by ${weighting}()`, async () => {
        const settings = { epochs: 1, sampling: { sources }, weighting: choice(weighting) }
        const one = await trained(settings)
        const other = await trained(settings, { engine: await openTfjsEngine() })
        assert.equal(other.outcome.status, 'completed', other.outcome.message)
        const losses = ({ recorder }: typeof one) => [
          ...recorder.of('step').flatMap(({ losses }) => Object.values(losses)),
          ...recorder.of('epoch').flatMap(({ metrics }) => Object.values(metrics).flatMap(values => Object.values(values))),
        ]
        assert.equal(losses(other).length, losses(one).length)
        losses(one).forEach((loss, i) => {
          const found = losses(other)[i]!
          if (loss === null) assert.equal(found, null)
          else assert.ok(Math.abs(found - loss) <= 1e-4 * Math.max(1, Math.abs(loss)), `${i}: ${found} for ${loss}`)
        })
      })

  for (const { kind, options } of methods.filter(({ traced }) => !traced))
    it(`${kind} goes on where each step lacks a task`, async () => {
      const defaults = Object.fromEntries(
        Object.entries(options).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default]])),
      )
      const weighting = choice(kind, kind === 'fixed' ? { weights: { number: 1, sign: 2 } } : defaults)
      const { outcome, recorder } = await trained({ epochs: 6, weighting, sampling: { sources: 'roundRobin' } })
      assert.equal(outcome.status, 'completed', outcome.message)
      const of = (task: string) => recorder.of('epoch').map(({ metrics }) => metrics[task]!.validation_loss!)
      for (const task of ['number', 'sign']) assert.ok(of(task).at(-1)! < of(task)[0]!, `${task}: ${of(task).join(' ')}`)
    })
})
