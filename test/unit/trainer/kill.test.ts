import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { Random } from '../../../src/base/random'
import { readCheckpoint } from '../../../src/runs/checkpoint'
import type { RunFolder } from '../../../src/runs/folder'
import { killRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { RunSummaries } from '../../../src/runs/summaries'
import { until, wait } from '../runs/temporary'
import { ended, eventsOf, numbers, Workspace } from './workspace'

describe('a training process that is killed', () => {
  const workspace = new Workspace()

  async function killAfter(folder: RunFolder, milliseconds: number): Promise<boolean> {
    await wait(milliseconds)
    if (!liveProcess(folder)) return false
    killRun(folder)
    await until('the process is gone', () => !liveProcess(folder))
    return true
  }

  for (const weighting of ['uncertainty()', 'pcGrad()']) {
    it(`at any moment leaves a run that resumes bit by bit (${weighting})`, async () => {
      const epochs = 400
      const whole = await workspace.launch(workspace.model({ weighting, epochs }))
      const began = Date.now()
      const { metrics } = await ended(whole)
      const duration = Date.now() - began
      const expected = numbers(whole)
      assert.equal(expected.length, epochs * 8 + epochs)
      const random = Random.seeded(3, weighting)
      let kills = 0
      for (let trial = 0; trial < 2; trial++) {
        // Half of the kills come while it starts, or soon after; checkpoints are written as often as they may be.
        const more = { checkpointSeconds: 0 }
        const folder = await workspace.launch(workspace.model({ weighting, epochs }), more)
        for (
          let attempt = 0;
          attempt < 3 && (await killAfter(folder, random.uniform() * duration * (attempt % 2 ? 0.1 : 0.5)));
          attempt++
        ) {
          kills++
          assert.equal((await new RunSummaries(workspace.runs).summary(folder)).status, 'interrupted')
          for (const kind of ['last', 'best'] as const) if (existsSync(folder.checkpoint(kind))) readCheckpoint(folder, kind)
          await workspace.launch(workspace.model({ weighting, epochs }), { ...more, resume: folder.path })
        }
        const end = await ended(folder)
        assert.equal(end.status, 'completed')
        assert.deepEqual(end.metrics, metrics)
        assert.deepEqual(numbers(folder), expected)
        assert.deepEqual(readdirSync(folder.checkpoints).sort(), ['best.safetensors', 'last.safetensors'])
      }
      assert.ok(kills >= 3, `${kills} kills`)
    })
  }

  it('before its first checkpoint begins anew', async () => {
    const folder = await workspace.launch(workspace.model({ epochs: 20_000 }), { checkpointSeconds: 1e6 })
    killRun(folder)
    await until('the process is gone', () => !liveProcess(folder))
    const before = existsSync(folder.checkpoint('last'))
    await workspace.launch(workspace.model(), { resume: folder.path })
    await until('it trains', () => eventsOf(folder).some(event => event.type === 'resume'))
    const resume = eventsOf(folder).find(event => event.type === 'resume')!
    if (!before) assert.equal(resume.step, 0)
  })
})
