import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { Random } from '../../../src/base/random'
import type { RunFolder } from '../../../src/runs/folder'
import { RunEnded, sendControl } from '../../../src/runs/controlClient'
import { stopRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { RunSummaries } from '../../../src/runs/summaries'
import { until } from '../runs/temporary'
import { ended, eventsOf, numbers, Workspace } from './workspace'

const epochs = 200_000

describe('two windows on one run', () => {
  const workspace = new Workspace()
  const statuses = (folder: RunFolder) => eventsOf(folder).flatMap(event => (event.type === 'status' ? [event.status] : []))
  const steps = (folder: RunFolder) => eventsOf(folder).flatMap(event => (event.type === 'step' ? [event.step] : []))

  /** As two windows see it, each with what it has read so far. */
  const windows = () => [new RunSummaries(workspace.runs), new RunSummaries(workspace.runs)]
  async function states(both: readonly RunSummaries[], folder: RunFolder): Promise<string[]> {
    return Promise.all(both.map(async runs => (await runs.summary(folder)).status))
  }

  async function training(): Promise<RunFolder> {
    const folder = await workspace.launch(workspace.model({ epochs }))
    await until('it trains', () => steps(folder).length > 0)
    return folder
  }

  it('that press Pause, Resume and Save at once find it in one state, the same for both', async () => {
    const folder = await training()
    const both = windows()
    const random = Random.seeded(5, 'windows')
    const commands = ['pause', 'resume', 'checkpoint'] as const
    const seen = new Set<string>()
    for (let round = 0; round < 40; round++) {
      const pressed = both.map(() => commands[Math.floor(random.uniform() * 3)]!)
      const answers = await Promise.all(pressed.map(command => sendControl(folder, { command })))
      assert.deepEqual(answers, [{ ok: true }, { ok: true }])
      const [first, second] = await states(both, folder)
      assert.equal(first, second, pressed.join(' and '))
      if (pressed[0] === pressed[1] && pressed[0] !== 'checkpoint') assert.equal(first, pressed[0] === 'pause' ? 'paused' : 'training')
      seen.add(first!)
    }
    assert.deepEqual([...seen].sort(), ['paused', 'training'])
    // Neither state is ever entered twice: there is one process and it is in one state.
    const entered = statuses(folder)
    assert.ok(
      entered.every((status, i) => i === 0 || status !== entered[i - 1]!),
      entered.join(),
    )
  })

  it('of which one presses Pause and the other Stop see it end', async () => {
    const folder = await training()
    const [pause, stop] = await Promise.allSettled([sendControl(folder, { command: 'pause' }), sendControl(folder, { command: 'stop' })])
    assert.deepEqual(stop, { status: 'fulfilled', value: { ok: true } })
    // The pause was overtaken, and is told so, unless it came first.
    if (pause.status === 'rejected') assert.ok(pause.reason instanceof RunEnded, String(pause.reason))
    else assert.deepEqual(pause.value, { ok: true })
    assert.equal((await ended(folder)).status, 'stopped')
    assert.deepEqual(await states(windows(), folder), ['stopped', 'stopped'])
  })

  it('that both press Stop, and then both Resume, have one process at most', async () => {
    const folder = await training()
    await Promise.all([stopRun(folder), stopRun(folder)])
    assert.equal(liveProcess(folder), null)
    for (let round = 0; round < 3; round++) {
      const launches = [1, 2, 3].map(() => workspace.launch(workspace.model({ epochs }), { resume: folder.path }))
      const results = await Promise.allSettled(launches)
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
      for (const result of results)
        if (result.status === 'rejected') assert.match(String(result.reason), new RegExp(`Process ${liveProcess(folder)!.pid} is training`))
      const before = steps(folder).at(-1)!
      await until('it goes on', () => steps(folder).at(-1)! > before)
      assert.deepEqual(await states(windows(), folder), ['training', 'training'])
      await Promise.all([stopRun(folder), stopRun(folder)])
    }
    // One writer at a time: the log is that of one run, step after step.
    const kept = numbers(folder).flatMap(event => ((event as { type: string }).type === 'step' ? [(event as { step: number }).step] : []))
    assert.ok(kept.every((step, i) => i === 0 || step > kept[i - 1]!))
    assert.deepEqual(
      readdirSync(folder.path).filter(name => name.startsWith('lock-')),
      ['lock-4'],
    )
  })
})
