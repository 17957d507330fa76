import assert from 'node:assert/strict'
import { BatchOrder } from '../../../src/training/batchOrder'
import { stepRows } from '../../../src/training/rowOrder'

function epoch(order: BatchOrder): number[][] {
  const batches: number[][] = []
  for (let rows = order.take(); rows !== null; rows = order.take()) batches.push([...rows])
  return batches
}

describe('batch order', () => {
  it('makes no room for rows that there are not', () => {
    assert.equal(stepRows(new BatchOrder(10, 1e9, 1), 1e9), 10)
    assert.equal(stepRows(new BatchOrder(10, 4, 1), 4), 4)
  })

  it('hands out every row once per epoch, in a new order each time', () => {
    const order = new BatchOrder(10, 4, 1)
    assert.equal(order.batchesPerEpoch, 3)
    const first = epoch(order)
    assert.deepEqual(
      first.map(batch => batch.length),
      [4, 4, 2],
    )
    assert.deepEqual(
      first.flat().sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
    assert.equal(order.take(), null, 'an epoch ends until the next is begun')
    order.beginEpoch()
    assert.notDeepEqual(epoch(order), first)
    assert.deepEqual(epoch(new BatchOrder(10, 4, 1)), first, 'the seed decides')
    assert.notDeepEqual(epoch(new BatchOrder(10, 4, 2)), first)
  })

  it('goes on from any saved state as if nothing had happened', () => {
    const whole = new BatchOrder(23, 5, 9)
    const all: (number[] | null)[] = []
    const states = []
    for (let i = 0; i < 3; i++) {
      for (;;) {
        states.push(structuredClone(whole.state()))
        const rows = whole.take()
        all.push(rows && [...rows])
        if (rows === null) break
      }
      whole.beginEpoch()
    }
    states.forEach((state, i) => {
      const resumed = new BatchOrder(23, 5, 9, state)
      for (const expected of all.slice(i)) {
        const rows = resumed.take()
        assert.deepEqual(rows && [...rows], expected)
        if (rows === null) resumed.beginEpoch()
      }
    })
  })
})
