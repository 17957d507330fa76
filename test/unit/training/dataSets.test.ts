import assert from 'node:assert/strict'
import { openOnnxEngine } from '../../../src/engine/onnx/onnxEngine'
import { openTfjsEngine } from '../../../src/engine/tfjs/tfjsEngine'
import type { TrainingSettings } from '../../../src/ir/graph'
import { methods } from '../../../src/methods/table'
import type { RunEvent } from '../../../src/runs/events'
import { supersede } from '../../../src/runs/summary'
import { TrainingControls } from '../../../src/training/controls'
import { assertClose, choice, figuresOf, samplings, trainOnTwoSets, twoSets } from '../../fixtures/models/twoDataSets'
import { folderWith } from '../data/folder'
import { Recorder } from './penguins'

const folder = folderWith(twoSets)

const trained = async (training: Partial<TrainingSettings>, how: Parameters<typeof trainOnTwoSets>[3] = {}) =>
  trainOnTwoSets(await openOnnxEngine({ threads: 1 }), folder, training, how)

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

  for (const sources of samplings)
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

  for (const sources of samplings)
    for (const weighting of ['equal', 'pcGrad'])
      it(`is the same with TensorFlow.js, sampling by ${JSON.stringify(sources)}, by ${weighting}()`, async () => {
        const settings = { epochs: 1, sampling: { sources }, weighting: choice(weighting) }
        const one = await trained(settings)
        const other = await trainOnTwoSets(await openTfjsEngine(), folder, settings)
        assert.equal(other.outcome.status, 'completed', other.outcome.message)
        assertClose(figuresOf(other.recorder), figuresOf(one.recorder), 1e-4)
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
