import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { firstOrderAffinity } from '../../../src/conflict/affinity'
import type { TrainingSettings } from '../../../src/ir/graph'
import { DeviceError, type CompiledModel, type Engine } from '../../../src/engine/engine'
import { openOnnxEngine } from '../../../src/engine/onnx/onnxEngine'
import { openTfjsEngine } from '../../../src/engine/tfjs/tfjsEngine'
import type { Checkpoint } from '../../../src/runs/checkpoint'
import type { RunEvent } from '../../../src/runs/events'
import { supersede } from '../../../src/runs/summary'
import { TrainingControls } from '../../../src/training/controls'
import { train } from '../../../src/training/train'
import { penguinsGraph, penguinsRequest, Recorder } from './penguins'

const choice = (kind: string, options = {}) => ({ kind, options, span: null })
const adam = (learningRate: number) => choice('adam', { learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })

/** What of the log must repeat itself: all but times. */
function numbers(events: readonly RunEvent[]): unknown[] {
  const kept = supersede(events).filter(event => event.type === 'step' || event.type === 'epoch')
  return kept.map(event => ({ ...event, time: 0, seconds: 0 }))
}

async function trainPenguins(
  settings: Partial<TrainingSettings>,
  recorder = new Recorder(),
  controls = new TrainingControls(),
  from: Checkpoint | null = null,
) {
  const request = await penguinsRequest(penguinsGraph(settings, 0.5), from)
  const outcome = await train(request, recorder, controls)
  return { outcome, recorder, ...recorder }
}

describe('training', () => {
  it('learns the penguins, and ends with the metrics of its best checkpoint', async () => {
    const { outcome, recorder } = await trainPenguins({ epochs: 40, weighting: choice('uncertainty'), optimizer: adam(5e-3) })
    assert.equal(outcome.status, 'completed')
    const { species, sex, mass } = outcome.metrics
    assert.ok(species!.test_accuracy! > 0.95, `species ${species!.test_accuracy}`)
    assert.ok(sex!.test_accuracy! > 0.8, `sex ${sex!.test_accuracy}`)
    assert.ok(mass!.test_r2! > 0.75 && mass!.test_rmse! < 400, `mass ${mass!.test_rmse}`)
    const end = recorder.events.at(-1)!
    assert.deepEqual(end.type === 'end' && end.metrics, outcome.metrics)
    const best = recorder.of('epoch').reduce((a, b) => (b.score < a.score ? b : a))
    for (const [task, values] of Object.entries(best.metrics)) {
      for (const [name, value] of Object.entries(values))
        if (name.startsWith('validation_')) assert.equal(outcome.metrics[task]![name], value, `${task} ${name}`)
    }
    assert.equal(recorder.checkpoints.get('best')!.epoch, best.epoch)
    assert.equal(recorder.of('step').length, 40 * 8)
  })

  it('repeats itself bit by bit with one seed, and differs with another', async () => {
    const settings = { epochs: 3, weighting: choice('pcGrad') }
    const [once, again] = [await trainPenguins(settings), await trainPenguins(settings)]
    assert.deepEqual(numbers(again.events), numbers(once.events))
    const request = await penguinsRequest(penguinsGraph(settings, 0.5), null, 2)
    const other = new Recorder()
    await train(request, other, new TrainingControls())
    assert.notDeepEqual(numbers(other.events), numbers(once.events))
  })

  const everything = {
    optimizer: choice('adamW', { ...adam(1e-2).options, weightDecay: 0.1 }),
    schedule: choice('cosine', { warmup: 1.5, end: 0.1 }),
    clipNorm: 1,
  }
  for (const [weighting, more] of [
    ['uncertainty', {}],
    ['pcGrad', everything],
  ] as const) {
    it(`resumes bit by bit wherever it was stopped (${weighting})`, async () => {
      const settings = { epochs: 5, weighting: choice(weighting), optimizer: adam(1e-2), ...more }
      const whole = await trainPenguins(settings)
      const random = Random.seeded(11, weighting)
      for (let trial = 0; trial < 6; trial++) {
        const events: RunEvent[] = []
        let from: Checkpoint | null = null
        let best: Checkpoint | undefined
        for (let finished = false; !finished;) {
          // Stop at a random step; the stop takes effect at the end of a turn, some steps later, or after validation.
          const stopAt = (from?.step ?? 0) + 1 + random.below(20)
          const controls = new TrainingControls()
          const recorder: Recorder = new Recorder(event => event.type === 'step' && event.step === stopAt && controls.stop())
          if (best) recorder.checkpoints.set('best', best)
          const { outcome } = await trainPenguins(settings, recorder, controls, from)
          finished = outcome.status === 'completed'
          events.push(...recorder.events)
          // As it would be read from the disk.
          const last: Checkpoint = recorder.checkpoints.get('last')!
          from = { ...last, state: { slots: last.state!.slots, state: JSON.parse(JSON.stringify(last.state!.state)) as null } }
          best = recorder.checkpoints.get('best')
          if (finished) assert.deepEqual(outcome.metrics, whole.outcome.metrics)
        }
        assert.deepEqual(numbers(events), numbers(whole.events))
      }
    })
  }

  it('stops early by the mean over tasks of relative validation losses', async () => {
    const { outcome, recorder } = await trainPenguins({ epochs: 500, optimizer: adam(2e-2), earlyStopping: { patience: 5, minDelta: 0 } })
    assert.equal(outcome.status, 'completed')
    const epochs = recorder.of('epoch')
    assert.ok(epochs.length < 200, `${epochs.length} epochs`)
    const best = epochs.findLast(epoch => epoch.best)!
    assert.equal(epochs.length - best.epoch, 5)
    assert.match(recorder.of('note').at(-1)!.message, /Early stopping/)
  })

  it('fails with the task, the step and advice where a loss runs away, and keeps the last good state', async () => {
    const { outcome, recorder } = await trainPenguins({
      epochs: 50,
      optimizer: choice('sgd', { learningRate: 30, momentum: 0.9 }),
      weighting: choice('equal'),
    })
    assert.equal(outcome.status, 'failed')
    assert.match(outcome.message!, /(task mass|layer \S+|weight).* step \d+/)
    assert.match(outcome.message!, /learning rate 30 is probably too high: try 3\./)
    for (const checkpoint of recorder.checkpoints.values()) {
      for (const { values } of checkpoint.weights.values()) assert.ok(values.every(Number.isFinite))
    }
    const end = recorder.events.at(-1)!
    assert.ok(end.type === 'end' && end.status === 'failed')
  })

  it('hands on what a lost device says, so that another goes on from the last checkpoint under the same controls', async () => {
    const request = await penguinsRequest(penguinsGraph({ epochs: 6 }))
    const lost: Engine = {
      ...request.engine,
      async compile(asked) {
        const model = await request.engine.compile(asked)
        let steps = 0
        const step: CompiledModel['step'] = (...given) => {
          if (++steps > 20) throw new DeviceError('WebGPU failed: the device was lost')
          return model.step(...given)
        }
        return Object.assign(Object.create(model) as CompiledModel, { step })
      },
    }
    const [controls, recorder] = [new TrainingControls(), new Recorder()]
    await assert.rejects(train({ ...request, engine: lost }, recorder, controls), DeviceError)
    assert.deepEqual(recorder.of('end'), [])
    const outcome = await train({ ...request, resumeFrom: recorder.checkpoints.get('last') ?? null }, recorder, controls)
    assert.equal(outcome.status, 'completed')
    const whole = new Recorder()
    await train(request, whole, new TrainingControls())
    assert.deepEqual(numbers(recorder.events), numbers(whole.events))
  })

  it('pauses, saves, changes the learning rate and resumes', async () => {
    const controls = new TrainingControls()
    const recorder = new Recorder()
    const training = trainPenguins({ epochs: 1000 }, recorder, controls)
    while (recorder.of('step').length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    await controls.pause()
    const paused = recorder.of('step').length
    await new Promise(resolve => setTimeout(resolve, 100))
    assert.equal(recorder.of('step').length, paused, 'nothing is trained while it pauses')
    assert.equal(recorder.checkpoints.get('last')!.step, recorder.of('step').at(-1)!.step)
    await controls.setLearningRate(0.5e-3)
    await controls.resume()
    await controls.checkpoint()
    controls.stop()
    const { outcome } = await training
    assert.equal(outcome.status, 'stopped')
    assert.ok(recorder.of('step').length > paused)
    assert.equal(recorder.of('step').at(-1)!.learningRate, 0.5e-3)
    assert.deepEqual(
      recorder.of('status').map(({ status }) => status),
      ['starting', 'training', 'paused', 'training', 'stopped'],
    )
    await assert.rejects(controls.pause(), /has ended/)
  })

  // One backward pass with weights known before, with losses first, with a Gram matrix, and with rows that the method keeps.
  for (const weighting of [choice('equal'), choice('gls'), choice('pcGrad'), choice('dbMtl', { beta: 0.9 })]) {
    it(`samples task gradients without touching the update (${weighting.kind})`, async () => {
      const graph = penguinsGraph({ epochs: 4, weighting }, 0.5)
      const [watched, plain] = [new Recorder(), new Recorder()]
      await train(await penguinsRequest(graph), watched, new TrainingControls())
      await train({ ...(await penguinsRequest(graph)), watchConflict: false }, plain, new TrainingControls())
      const samples = watched.of('gram')
      assert.ok(samples.length > 0, JSON.stringify(watched.events.at(-1)))
      assert.deepEqual(samples[0]!.layers, ['trunk', 'norm'])
      assert.equal(samples[0]!.blocks[0]!.length, 9)
      assert.equal(samples[0]!.weights!.length, 3)
      const halved = samples.find(({ halves }) => halves)!
      assert.equal(halved.halves![0].labels[0], 16)
      assert.equal(watched.of('conflict').at(-1)!.summary.lastStep, samples.at(-1)!.step)
      assert.equal(plain.of('gram').length + plain.of('conflict').length, 0)
      assert.deepEqual(numbers(plain.events), numbers(watched.events))
      assert.deepEqual(plain.checkpoints.get('last')!.weights, watched.checkpoints.get('last')!.weights)
      assert.deepEqual(plain.checkpoints.get('last')!.state, watched.checkpoints.get('last')!.state)
    })
  }

  it('looks ahead without touching the update, through batch norm, dropout and momentum, on both engines', async () => {
    const graph = penguinsGraph({ epochs: 3, optimizer: adam(5e-3) }, 0.5)
    for (const engine of [await openOnnxEngine({ threads: 1 }), await openTfjsEngine()]) {
      const [looking, watched, plain] = [new Recorder(), new Recorder(), new Recorder()]
      const request = { ...(await penguinsRequest(graph)), engine }
      await train({ ...request, lookAhead: 1 }, looking, new TrainingControls())
      await train(request, watched, new TrainingControls())
      await train({ ...request, watchConflict: false }, plain, new TrainingControls())
      const looks = looking.of('gram').flatMap(({ lookAhead }) => (lookAhead ? [lookAhead] : []))
      assert.ok(looks.length > 0)
      const { lookAhead, affinity } = looking.of('conflict').at(-1)!.summary.trunk.diagnostics!
      assert.equal(affinity!.length, 3)
      // A step on a task's own loss lowers it.
      for (let i = 0; i < 3; i++) assert.ok(lookAhead!.affinity[i]![i]! > 0, JSON.stringify(lookAhead))
      for (const other of [looking, watched]) {
        assert.deepEqual(numbers(other.events), numbers(plain.events))
        assert.deepEqual(other.checkpoints.get('last')!.weights, plain.checkpoints.get('last')!.weights)
        assert.deepEqual(other.checkpoints.get('last')!.state, plain.checkpoints.get('last')!.state)
      }
    }
  })

  it('measures by real steps what the first order says, where steps are small', async () => {
    const graph = penguinsGraph(
      { epochs: 2, optimizer: choice('sgd', { learningRate: 1e-4, momentum: 0, nesterov: false, weightDecay: 0 }) },
      1,
    )
    const nodes = graph.nodes.map(node => {
      const plain: Record<string, number> = node.kind === 'dropout' ? { rate: 0 } : node.kind === 'dense' ? { l2: 0 } : {}
      return { ...node, options: { ...node.options, ...plain } }
    })
    const recorder = new Recorder()
    await train({ ...(await penguinsRequest({ ...graph, nodes })), lookAhead: 1 }, recorder, new TrainingControls())
    const samples = recorder.of('gram').filter(({ lookAhead }) => lookAhead)
    assert.ok(samples.length > 3, JSON.stringify(recorder.events.at(-1)))
    for (const { blocks, losses, learningRate, lookAhead } of samples) {
      const gram = Float64Array.from(blocks[0]!, (_, k) => blocks.reduce((sum, block) => sum + block[k]!, 0))
      const first = firstOrderAffinity(
        gram,
        losses!.map(loss => loss!),
        learningRate!,
      )
      const scale = Math.max(...first.flat().map(value => Math.abs(value!)))
      lookAhead!.forEach((row, i) =>
        row.forEach((value, j) => assert.ok(Math.abs(value! - first[i]![j]!) < 0.05 * scale, `${i} ${j}: ${value} ${first[i]![j]}`)),
      )
    }
  })
})
