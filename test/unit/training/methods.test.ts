import assert from 'node:assert/strict'
import type { Json } from '../../../src/base/json'
import type { SharedRange } from '../../../src/data/dataset'
import type { Choice } from '../../../src/ir/graph'
import { methods } from '../../../src/methods/table'
import type { Checkpoint } from '../../../src/runs/checkpoint'
import { TrainingControls } from '../../../src/training/controls'
import type { TrainingRequest } from '../../../src/training/request'
import { train } from '../../../src/training/train'
import { penguinsGraph, penguinsRequest, Recorder } from './penguins'

/** Task weightings of the table with their defaults. */
const choices: readonly Choice[] = methods
  .filter(({ traced }) => !traced)
  .map(({ kind, options }) => {
    const defaults = Object.entries(options).flatMap(([name, spec]) => (spec.default === undefined ? [] : [[name, spec.default]]))
    const given: Choice['options'] = kind === 'fixed' ? { weights: { species: 2 } } : {}
    return { kind, options: { ...(Object.fromEntries(defaults) as Choice['options']), ...given }, span: null }
  })
const layered: Choice = { kind: 'gradVac', options: { beta: 0.5, group: 'layer' }, span: null }
/** As the sandbox traces divide(1, losses) and divide(1, norms). */
const own = (input: 'losses' | 'norms'): Choice => {
  const nodes: Json = [
    { kind: input, inputs: [], options: {} },
    { kind: 'divide', inputs: [0], options: { operands: [1, null] } },
  ]
  return { kind: 'weigh', options: { name: `by ${input}`, nodes, output: 1, gram: input === 'norms' }, span: null }
}

/** The penguins with so few labels that most batches lack a task or two, and some all. */
async function sparse(weighting: Choice, from: Checkpoint | null = null): Promise<TrainingRequest> {
  const optimizer = { kind: 'sgd', options: { learningRate: 1e-3, momentum: 0.5, nesterov: false }, span: null }
  const request = await penguinsRequest(penguinsGraph({ epochs: 3, weighting, optimizer }, 0.5), from)
  const { train } = request.dataset
  const { targets, ...shared } = train.share() as SharedRange
  const few = { species: 37, sex: 29, mass: 19 }
  const kept = Object.entries(few).map(([task, every]) => [task, targets[task]!.map((value, row) => (row % every === 0 ? value : NaN))])
  const share = () => ({ ...shared, targets: Object.fromEntries(kept) as SharedRange['targets'] })
  return { ...request, dataset: { ...request.dataset, train: { ...train, share } } }
}

describe('every weighting in a training', () => {
  for (const weighting of [...choices, layered, own('losses'), own('norms')])
    it(`${weighting.kind} ${JSON.stringify(weighting.options)}: learns with missing labels and absent tasks, and resumes bit by bit`, async () => {
      const whole = new Recorder()
      const outcome = await train(await sparse(weighting), whole, new TrainingControls())
      assert.equal(outcome.status, 'completed', JSON.stringify(outcome))
      const steps = whole.of('step')
      assert.ok(steps.every(({ weights }) => Object.values(weights).every(Number.isFinite)))
      const absent = steps.filter(({ losses }) => Object.values(losses).includes(null))
      assert.ok(absent.length > 0 && absent.length < steps.length, 'batches with and without an absent task')
      for (const { losses, weights } of absent)
        for (const task of Object.keys(losses)) if (losses[task] === null) assert.equal(weights[task], 0)

      const stopped = new Recorder()
      const controls = new TrainingControls()
      let seen = 0
      const first = new Recorder(event => {
        if (event.type === 'step' && ++seen === 9) void controls.stop()
      })
      await train(await sparse(weighting), first, controls)
      const last = first.checkpoints.get('last')!
      assert.ok(last.step < steps.length, 'stopped before the end')
      await train(await sparse(weighting, last), stopped, new TrainingControls())
      const numbers = (recorder: Recorder) => recorder.of('step').map(({ step, losses, weights }) => ({ step, losses, weights }))
      assert.deepEqual(
        numbers(stopped),
        numbers(whole).filter(({ step }) => step > last.step),
      )
    })
})
