import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { Random } from '../../../src/base/random'
import { readCheckpoint } from '../../../src/runs/checkpoint'
import type { RunFolder } from '../../../src/runs/folder'
import { killRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { readTensorFile } from '../../../src/runs/safetensors'
import { RunSummaries } from '../../../src/runs/summaries'
import { until, wait } from '../runs/temporary'
import { ended, eventsOf, modelText, numbers, Workspace } from './workspace'

/** When to kill: by what the file system shows of a checkpoint that is being written, or by the clock. */
type Moment =
  /** As soon as this share of the temporary file is there: 0 is just opened, 1 is whole, but maybe not synced, and not renamed. */
  | { readonly kind: 'last' | 'best'; readonly written: number }
  /** As soon as the new file is in its place. After `best`, `last` is not there yet. */
  | { readonly kind: 'last' | 'best'; readonly renamed: true }
  | { readonly milliseconds: number }

const epochs = 45
/** 25 MB for `last`: long enough to write for a kill to meet every phase of it. */
const model = modelText({ weighting: 'equal()', epochs, learningRate: 1e-5 }).replace(
  /dense\(32, .*?\}\)/,
  Array(3).fill(`dense(1024, { activation: 'relu' })`).join(', '),
)

function momentsOf(random: Random): Moment[] {
  const share = (from: number, to: number) => from + (to - from) * random.uniform()
  const moments: Moment[] = [
    { kind: 'last', written: 0 },
    { kind: 'last', written: share(0.1, 0.4) },
    { kind: 'last', written: share(0.4, 0.95) },
    { kind: 'last', written: 1 },
    { kind: 'last', renamed: true },
    { kind: 'best', written: 0 },
    { kind: 'best', written: share(0.1, 0.9) },
    { kind: 'best', written: 1 },
    { kind: 'best', renamed: true },
    { milliseconds: share(0, 1500) },
  ]
  for (let i = moments.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1))
    ;[moments[i], moments[j]] = [moments[j]!, moments[i]!]
  }
  return moments
}

/** Looks without a pause, and kills without a word: a checkpoint is written in some tens of milliseconds. */
function killAt(moment: Exclude<Moment, { milliseconds: number }>, folder: RunFolder, sizes: Record<'last' | 'best', number>): void {
  const { pid } = liveProcess(folder)!
  const path = folder.checkpoint(moment.kind)
  const inode = () => statSync(path, { throwIfNoEntry: false })?.ino
  const before = inode()
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if ('renamed' in moment) {
      if (inode() !== before) return void process.kill(pid, 'SIGKILL')
    } else {
      const size = statSync(`${path}.tmp`, { throwIfNoEntry: false })?.size
      if (size !== undefined && size >= moment.written * sizes[moment.kind]) return void process.kill(pid, 'SIGKILL')
    }
  }
  throw new Error(`the moment did not come: ${JSON.stringify(moment)}`)
}

/** What the dead process has left of the checkpoint that it wrote. */
function remains(folder: RunFolder): 'nothing' | 'opened' | 'torn' | 'whole' {
  const temporary = ['last', 'best'].map(kind => `${folder.checkpoint(kind as 'last')}.tmp`).find(path => existsSync(path))
  if (temporary === undefined) return 'nothing'
  if (statSync(temporary).size === 0) return 'opened'
  try {
    readTensorFile(temporary)
    return 'whole'
  } catch {
    return 'torn'
  }
}

const lastStep = (folder: RunFolder): number => (existsSync(folder.checkpoint('last')) ? readCheckpoint(folder, 'last').step : 0)

describe('a training process that is killed while it writes a checkpoint', () => {
  const workspace = new Workspace()

  it('leaves one that loads, and a run that resumes bit by bit, at each of ten moments', async () => {
    const file = workspace.write('large.mtl.ts', model)
    // Written at the end of an epoch, the best one first.
    const more = { checkpointSeconds: 1e6 }
    const whole = await workspace.launch(file, more)
    const { metrics } = await ended(whole)
    const expected = numbers(whole)
    const known = new Map(expected.map(event => [keyOf(event), event]))
    // A state's text varies by a few bytes: what is not yet whole by then has at most its last small tensors to go.
    const sizes = { last: statSync(whole.checkpoint('last')).size - 100, best: statSync(whole.checkpoint('best')).size - 100 }

    const found: string[] = []
    let folder = await workspace.launch(file, more)
    for (const moment of momentsOf(Random.seeded(11, 'kill'))) {
      const before = lastStep(folder)
      if ('milliseconds' in moment) {
        await wait(moment.milliseconds)
        killRun(folder)
      } else killAt(moment, folder, sizes)
      await until('the process is gone', () => !liveProcess(folder))
      assert.equal((await new RunSummaries(workspace.runs).summary(folder)).status, 'interrupted', JSON.stringify(moment))
      found.push(remains(folder))
      for (const kind of ['last', 'best'] as const) if (existsSync(folder.checkpoint(kind))) readCheckpoint(folder, kind)
      const step = lastStep(folder)
      assert.ok(step >= before, `${JSON.stringify(moment)}: step ${step} after step ${before}`)

      folder = await workspace.launch(file, { ...more, resume: folder.path })
      await until('it goes on', () => eventsOf(folder).findLast(event => event.type === 'resume')?.step === step)
    }
    assert.equal((await ended(folder)).status, 'completed')
    const logged = eventsOf(folder).filter(event => event.type === 'step' || event.type === 'epoch')
    // Every number that any of the eleven processes has logged, also those that were repeated.
    for (const event of logged) assert.deepEqual({ ...event, time: 0, seconds: 0 }, known.get(keyOf(event)))
    assert.ok(logged.length > expected.length)
    assert.deepEqual(numbers(folder), expected)
    assert.deepEqual((await ended(folder)).metrics, metrics)
    assert.deepEqual(readdirSync(folder.checkpoints).sort(), ['best.safetensors', 'last.safetensors'])
    const within = found.filter(state => state !== 'nothing')
    assert.ok(within.length >= 4 && within.includes('torn'), `what the kills have left: ${found.join(', ')}`)
    if (process.env.MTL_VERBOSE) console.log(`what the kills have left: ${found.join(', ')}`)
  })
})

const keyOf = (event: unknown): string => {
  const { type, step } = event as { readonly type: string; readonly step: number }
  return `${type} ${step}`
}
