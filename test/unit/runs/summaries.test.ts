import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EventReader } from '../../../src/runs/eventReader'
import type { RunEvent, TaskMetrics } from '../../../src/runs/events'
import type { RunFolder } from '../../../src/runs/folder'
import { createRunFolder, defaultRunsFolder, RunError } from '../../../src/runs/folder'
import type { RunManifest } from '../../../src/runs/manifest'
import { ownMark } from '../../../src/runs/process'
import { RunSummaries, summarise } from '../../../src/runs/summaries'
import { afterEvent, noProgress, supersede } from '../../../src/runs/summary'
import { penguinsGraph } from '../training/penguins'
import { longLog } from './longLog'
import { temporaryFolder } from './temporary'

const time = 1
const step = (step: number, epoch: number): RunEvent => ({
  type: 'step',
  time,
  step,
  epoch,
  losses: { species: 1 / step },
  weights: { species: 1 },
  learningRate: 1,
})
const epoch = (epoch: number, step: number, best: boolean): RunEvent => ({
  type: 'epoch',
  time,
  epoch,
  step,
  seconds: 1,
  metrics: { species: { validation_loss: 1 / epoch } },
  score: 1,
  best,
})

function manifest(folder: RunFolder): RunManifest {
  return {
    format: 1,
    id: folder.id,
    model: 'penguins',
    modelFile: '/there/penguins.mtl.ts',
    root: '/there',
    sources: {},
    graph: penguinsGraph(),
    graphHash: '',
    created: 5,
    seed: 3,
    epochs: 4,
    tasks: ['species'],
    data: [],
    engine: { name: 'x', version: '1', device: 'cpu', threads: 1 },
    versions: {},
    git: null,
  }
}

describe('runs in a folder', () => {
  const root = temporaryFolder()
  const runs = () => defaultRunsFolder(root())
  const write = (folder: RunFolder, ...events: RunEvent[]) =>
    appendFileSync(folder.events, events.map(event => `${JSON.stringify(event)}\n`).join(''))

  function newRun(): RunFolder {
    const folder = createRunFolder(runs(), 'penguins')
    folder.writeManifest(manifest(folder))
    return folder
  }

  it('have names that sort by time and stay out of commits', () => {
    const early = createRunFolder(runs(), 'a b/c', new Date(2026, 0, 2, 3, 4, 5))
    const late = createRunFolder(runs(), 'a', new Date(2026, 10, 2, 3, 4, 5))
    assert.match(early.id, /^20260102-030405-a-b-c-[0-9a-f]{6}$/)
    assert.ok(early.id < late.id)
    assert.match(readFileSync(join(root(), '.mtl', '.gitignore'), 'utf8'), /^\*$/m)
    const elsewhere = join(root(), 'my-runs')
    createRunFolder(elsewhere, 'a')
    assert.ok(!existsSync(join(root(), '.gitignore')))
  })

  it('stand as their log and their process say', async () => {
    const summaries = new RunSummaries(runs())
    assert.deepEqual(await summaries.list(), [])
    const folder = newRun()
    assert.equal((await summaries.list())[0]!.status, 'interrupted', 'nobody trains it')
    writeFileSync(folder.control, JSON.stringify({ ...ownMark(), address: '', heartbeat: Date.now(), started: 0 }))
    write(folder, { type: 'status', time, status: 'starting' })
    assert.equal((await summaries.list())[0]!.status, 'starting')
    write(folder, { type: 'status', time, status: 'training' }, step(1, 1), epoch(1, 1, true), step(2, 2), epoch(2, 2, false))
    write(folder, { type: 'progress', time, step: 2, steps: 8, epoch: 2, epochs: 4, examplesPerSecond: 10, secondsLeft: 6 })
    const [training] = await summaries.list()
    assert.equal(training!.status, 'training')
    assert.deepEqual([training!.epoch, training!.epochs, training!.step, training!.steps, training!.secondsLeft], [2, 4, 2, 8, 6])
    assert.deepEqual(training!.best, { species: { validation_loss: 1 } })
    writeFileSync(folder.control, JSON.stringify({ ...ownMark(), pid: 2 ** 30, address: '', heartbeat: Date.now(), started: 0 }))
    const [interrupted] = await summaries.list()
    assert.deepEqual([interrupted!.status, interrupted!.secondsLeft], ['interrupted', null])
    write(folder, { type: 'end', time, status: 'failed', metrics: {}, message: 'no' })
    const [failed] = await new RunSummaries(runs()).list()
    assert.deepEqual([failed!.status, failed!.message, failed!.seed, failed!.weighting], ['failed', 'no', 3, 'equal'])
    assert.deepEqual(failed!.best, { species: { validation_loss: 1 } })
  })

  it('of a later format, and other folders, are left out', async () => {
    newRun()
    const later = newRun()
    writeFileSync(later.manifest, JSON.stringify({ ...manifest(later), format: 2 }))
    mkdirSync(join(runs(), 'something'))
    writeFileSync(join(runs(), 'file'), '')
    const empty = newRun()
    writeFileSync(empty.manifest, '{"format":1}')
    const nothing = newRun()
    writeFileSync(nothing.manifest, 'null')
    const broken = newRun()
    writeFileSync(broken.events, '{"type":"end","status":"completed"}\n{"type":"epoch"}\n')
    const summaries = new RunSummaries(runs())
    assert.equal((await summaries.list()).length, 1)
    assert.deepEqual(new Set(summaries.unreadable.map(({ id }) => id)), new Set([later.id, empty.id, nothing.id, broken.id]))
    assert.match(summaries.unreadable.find(({ id }) => id === empty.id)!.problem, /is damaged: it has no model/)
    assert.throws(
      () => later.readManifest(),
      (error: Error) => error instanceof RunError && /format 2/.test(error.message),
    )
  })

  it('that have ended are known from the end of a long log, the same as from all of it', async () => {
    const folder = newRun()
    for (const status of ['completed', 'stopped', 'failed'] as const) {
      for (const metrics of [{ species: { validation_loss: 0.25 } }, {}] as TaskMetrics[]) {
        writeFileSync(folder.events, '')
        write(folder, ...longLog(3000), { type: 'end', time, status, metrics, ...(status === 'failed' && { message: 'why' }) })
        const whole = new EventReader(folder.events).read().reduce(afterEvent, noProgress)
        const summaries = new RunSummaries(runs())
        assert.deepEqual(await summaries.list(), [summarise(folder, folder.readManifest(), whole, false)])
        // One that is resumed goes on from there.
        write(folder, { type: 'resume', time, step: 8, epoch: 2 }, { type: 'status', time, status: 'training' }, epoch(3, 9, true))
        const [resumed] = await summaries.list()
        assert.deepEqual([resumed!.status, resumed!.epoch, resumed!.step], ['interrupted', 3, 9])
        assert.deepEqual(resumed!.best, { species: { validation_loss: 1 / 3 } })
      }
    }
  })

  it('with long logs are read without holding up the thread', async () => {
    const text = longLog(60_000)
      .map(event => `${JSON.stringify(event)}\n`)
      .join('')
    // None has ended: each is read from its start.
    for (let i = 0; i < 4; i++) writeFileSync(newRun().events, text)
    assert.ok(text.length > 10e6)
    // In time of the processor: a busy machine may take it away at any moment.
    const spent = () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1000
    }
    const began = spent()
    let [turn, longest, turns] = [began, 0, 0]
    let reading = true
    const tick = () => {
      const now = spent()
      ;[longest, turn, turns] = [Math.max(longest, now - turn), now, turns + 1]
      if (reading) setImmediate(tick)
    }
    setImmediate(tick)
    assert.equal((await new RunSummaries(runs()).list()).length, 4)
    reading = false
    const whole = spent() - began
    assert.ok(turns > 40 && longest < whole / 5, `${turns} turns, the longest ${longest.toFixed(1)} of ${whole.toFixed(0)} ms`)
    if (process.env.MTL_VERBOSE) console.log(`${turns} turns, the longest ${longest.toFixed(1)} of ${whole.toFixed(0)} ms`)
  })

  it('give the curves of an uninterrupted run after a resume', () => {
    const events = [
      step(1, 1),
      step(2, 1),
      epoch(1, 2, true),
      step(3, 2),
      step(4, 2),
      epoch(2, 4, true),
      { type: 'resume', time, step: 2, epoch: 0 } as const,
    ]
    const kept = supersede([...events, epoch(1, 2, true), step(3, 2)])
    assert.deepEqual(
      kept.map(event => ('step' in event ? `${event.type} ${event.step}` : event.type)),
      ['step 1', 'step 2', 'resume 2', 'epoch 2', 'step 3'],
    )
  })
})
