import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '../../../src/runs/events'
import type { RunFolder } from '../../../src/runs/folder'
import { createRunFolder, defaultRunsFolder, RunError } from '../../../src/runs/folder'
import type { RunManifest } from '../../../src/runs/manifest'
import { ownMark } from '../../../src/runs/process'
import { RunSummaries } from '../../../src/runs/summaries'
import { supersede } from '../../../src/runs/summary'
import { penguinsGraph } from '../training/penguins'
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

  it('stand as their log and their process say', () => {
    const summaries = new RunSummaries(runs())
    assert.deepEqual(summaries.list(), [])
    const folder = newRun()
    assert.equal(summaries.list()[0]!.status, 'interrupted', 'nobody trains it')
    writeFileSync(folder.control, JSON.stringify({ ...ownMark(), address: '', heartbeat: Date.now(), started: 0 }))
    write(folder, { type: 'status', time, status: 'starting' })
    assert.equal(summaries.list()[0]!.status, 'starting')
    write(folder, { type: 'status', time, status: 'training' }, step(1, 1), epoch(1, 1, true), step(2, 2), epoch(2, 2, false))
    write(folder, { type: 'progress', time, step: 2, steps: 8, epoch: 2, epochs: 4, examplesPerSecond: 10, secondsLeft: 6 })
    const [training] = summaries.list()
    assert.equal(training!.status, 'training')
    assert.deepEqual([training!.epoch, training!.epochs, training!.step, training!.steps, training!.secondsLeft], [2, 4, 2, 8, 6])
    assert.deepEqual(training!.best, { species: { validation_loss: 1 } })
    writeFileSync(folder.control, JSON.stringify({ ...ownMark(), pid: 2 ** 30, address: '', heartbeat: Date.now(), started: 0 }))
    const [interrupted] = summaries.list()
    assert.deepEqual([interrupted!.status, interrupted!.secondsLeft], ['interrupted', null])
    write(folder, { type: 'end', time, status: 'failed', metrics: {}, message: 'no' })
    const [failed] = new RunSummaries(runs()).list()
    assert.deepEqual([failed!.status, failed!.message, failed!.seed, failed!.weighting], ['failed', 'no', 3, 'equal'])
    assert.deepEqual(failed!.best, { species: { validation_loss: 1 } })
  })

  it('of a later format, and other folders, are left out', () => {
    newRun()
    const later = newRun()
    writeFileSync(later.manifest, JSON.stringify({ ...manifest(later), format: 2 }))
    mkdirSync(join(runs(), 'something'))
    writeFileSync(join(runs(), 'file'), '')
    assert.equal(new RunSummaries(runs()).list().length, 1)
    assert.throws(
      () => later.readManifest(),
      (error: Error) => error instanceof RunError && /format 2/.test(error.message),
    )
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
