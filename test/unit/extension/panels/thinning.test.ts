import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import { stepPointLimit, thinEvents } from '../../../../src/extension/panels/thinning'
import type { RunEvent, StepEvent } from '../../../../src/runs/events'

const step = (n: number, losses: StepEvent['losses']): StepEvent => ({
  type: 'step',
  time: n,
  step: n,
  epoch: 1,
  losses,
  weights: {},
  learningRate: 0.1,
})

describe('thinEvents', () => {
  const random = Random.seeded(3)
  const steps = Array.from({ length: 50_000 }, (_, i) => step(i + 1, { a: random.uniform(), b: i % 7 === 0 ? null : random.uniform() }))

  it('keeps short curves whole', () => {
    assert.deepEqual(thinEvents(steps.slice(0, stepPointLimit)), steps.slice(0, stepPointLimit))
  })

  it('keeps the limit, the order, both ends, and each task’s lowest and highest loss', () => {
    const thinned = thinEvents(steps) as StepEvent[]
    assert.ok(thinned.length <= stepPointLimit && thinned.length > stepPointLimit / 2, `${thinned.length} points`)
    assert.ok(thinned.every((s, i) => i === 0 || thinned[i - 1]!.step < s.step))
    assert.deepEqual([thinned[0]!.step, thinned.at(-1)!.step], [1, 50_000])
    for (const task of ['a', 'b']) {
      const values = (events: readonly StepEvent[]) => events.flatMap(e => e.losses[task] ?? [])
      const [all, kept] = [values(steps), values(thinned)].map(v => [
        v.reduce((m, x) => Math.min(m, x)),
        v.reduce((m, x) => Math.max(m, x)),
      ])
      assert.deepEqual(kept, all)
    }
  })

  it('keeps a single peak among many steps', () => {
    const flat: RunEvent[] = Array.from({ length: 20_000 }, (_, i) => step(i + 1, { a: i === 12_345 ? 99 : 1 }))
    assert.ok(thinEvents(flat).some(e => e.type === 'step' && e.losses.a === 99))
  })

  it('thins the epochs of a very long run as well, but not its ends, its extremes or its best', () => {
    const metrics = (i: number) => ({ a: { train_loss: 1, validation_loss: i === 23_456 ? 7 : random.uniform() }, b: { train_loss: -i } })
    const epochs = Array.from({ length: 30_000 }, (_, i): RunEvent => {
      return { type: 'epoch', time: i, epoch: i + 1, step: 9 * (i + 1), seconds: 1, metrics: metrics(i), score: 1, best: i < 20_001 }
    })
    const thinned = thinEvents([...steps, ...epochs])
    const kept = thinned.flatMap(e => (e.type === 'epoch' ? e.epoch : []))
    assert.ok(kept.length <= stepPointLimit + 1 && kept.length > stepPointLimit / 2, `${kept.length} epochs`)
    for (const epoch of [1, 20_001, 23_457, 30_000]) assert.ok(kept.includes(epoch), `epoch ${epoch}`)
    assert.ok(kept.every((epoch, i) => i === 0 || kept[i - 1]! < epoch))
    assert.equal(thinned.filter(e => e.type === 'step').length, thinEvents(steps).length)
  })

  it('keeps epochs and the end, and leaves out what charts do not show', () => {
    const rest: RunEvent[] = [
      { type: 'epoch', time: 1, epoch: 1, step: 10, seconds: 1, metrics: {}, score: 1, best: true },
      { type: 'gram', time: 1, step: 1, layers: [], blocks: [] },
      { type: 'end', time: 2, status: 'completed', metrics: {} },
    ]
    assert.deepEqual(
      thinEvents(rest).map(e => e.type),
      ['epoch', 'end'],
    )
  })
})
