import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunHistory } from '../../../../src/extension/panels/runHistory'
import { stepPointLimit } from '../../../../src/extension/panels/thinning'
import type { RunEvent } from '../../../../src/runs/events'
import { until } from '../../runs/temporary'

const step = (n: number): RunEvent => ({
  type: 'step',
  time: n,
  step: n,
  epoch: 1,
  losses: { a: 1 / n },
  weights: { a: 1 },
  learningRate: 0.1,
})
const stepsOf = (events: readonly RunEvent[]) => events.flatMap(event => (event.type === 'step' ? [event.step] : []))

describe('RunHistory', () => {
  let folder: string
  let history: RunHistory
  let changes = 0
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mtl-history-'))
    changes = 0
  })
  afterEach(() => {
    history.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  const write = (...events: RunEvent[]) =>
    appendFileSync(join(folder, 'events.ndjson'), events.map(event => `${JSON.stringify(event)}\n`).join(''))
  const follow = () => (history = new RunHistory('run', folder, true, () => changes++))
  async function nextChange(): Promise<void> {
    const before = changes
    await until('something new is read', () => changes > before)
  }

  it('hands over first the whole, then what is new', async () => {
    write(step(1), step(2))
    follow()
    await nextChange()
    assert.equal(history.takeFresh(), 'replaced')
    assert.deepEqual(stepsOf(history.whole()), [1, 2])
    write(step(3))
    await nextChange()
    const fresh = history.takeFresh()
    assert.ok(fresh !== 'replaced')
    assert.deepEqual(stepsOf(fresh), [3])
    assert.deepEqual(history.takeFresh(), [])
  })

  it('drops what a resumed run repeats, and hands over the whole again', async () => {
    write(step(1), step(2), step(3))
    follow()
    await nextChange()
    history.takeFresh()
    write({ type: 'resume', time: 9, step: 1, epoch: 1 }, step(2))
    await nextChange()
    assert.equal(history.takeFresh(), 'replaced')
    assert.deepEqual(stepsOf(history.whole()), [1, 2])
  })

  it('is bounded for runs of any length, and so is what it hands over', async () => {
    follow()
    for (let from = 1; from <= 60_000; from += 20_000) {
      write(...Array.from({ length: 20_000 }, (_, i) => step(from + i)))
      await nextChange()
    }
    await until('all of it is read', () => stepsOf(history.whole()).at(-1) === 60_000)
    const steps = stepsOf(history.whole())
    assert.ok(steps.length <= stepPointLimit)
    assert.deepEqual([steps[0], steps.at(-1)], [1, 60_000])
    assert.equal(history.takeFresh(), 'replaced')
  })
})
