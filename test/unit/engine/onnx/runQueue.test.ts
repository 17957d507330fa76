import assert from 'node:assert/strict'
import { RunQueue } from '../../../../src/engine/onnx/runQueue'

const drain = (queue: RunQueue) => {
  const taken: string[] = []
  for (let next = queue.take(); next; next = queue.take()) taken.push(`${next.pass}:${next.run}`)
  return taken
}

describe('RunQueue', () => {
  it('gives each run once per pass, to whoever asks', () => {
    const mine = new RunQueue(3)
    const theirs = new RunQueue(3, mine.memory)
    mine.open({ key: 5, step: 9 })
    assert.deepEqual([mine.take()!.run, theirs.take()!.run, mine.take()!.run], [0, 1, 2])
    assert.equal(theirs.take(), null)
    assert.deepEqual(theirs.dropout, { key: 5, step: 9 })
  })

  it('tells a late thread which pass a run belongs to', () => {
    const queue = new RunQueue(2)
    queue.open({ key: 0, step: 0 })
    const first = drain(queue)
    queue.open({ key: 0, step: 1 })
    assert.equal(first.length, 2)
    assert.ok(drain(queue).every(run => !first.includes(run)))
  })

  it('knows when all are done', () => {
    const queue = new RunQueue(2)
    queue.open({ key: 0, step: 0 })
    drain(queue).forEach(() => queue.done())
    queue.waitForAll()
    assert.equal(queue.waitForPass(0), 1)
  })

  it('goes on after as many passes as a word counts', () => {
    const queue = new RunQueue(1)
    for (let pass = 0; pass < 70_000; pass++) {
      queue.open({ key: 0, step: pass })
      assert.equal(queue.take()!.run, 0)
      assert.equal(queue.take(), null)
    }
  })
})
