import assert from 'node:assert/strict'
import { Selection } from '../../../src/training/selection'

const losses = (a: number, b: number) => ({ a: { loss: a, accuracy: 1 }, b: { loss: b } })

describe('selection of the best epoch', () => {
  it('weighs each task by its own first loss, whatever its scale', () => {
    const selection = new Selection(null)
    assert.deepEqual(selection.afterEpoch(losses(2, 1000)), { score: 1, isBest: true, stop: false })
    assert.deepEqual(selection.afterEpoch(losses(1, 1000)), { score: 0.75, isBest: true, stop: false })
    assert.deepEqual(selection.afterEpoch(losses(2, 600)), { score: 0.8, isBest: false, stop: false })
    assert.deepEqual(selection.afterEpoch(losses(1, 999)).isBest, true)
  })

  it('leaves out a task without labels, and stands a loss of zero', () => {
    const selection = new Selection(null)
    assert.equal(selection.afterEpoch({ a: { loss: 4 }, b: {}, c: { loss: 0 } }).score, 1)
    assert.equal(selection.afterEpoch({ a: { loss: 2 }, b: {}, c: { loss: 0 } }).score, 0.75)
    assert.equal(new Selection(null).afterEpoch({ a: {} }).score, 1)
  })

  it('stops after `patience` epochs without a gain, slow gains adding up', () => {
    const selection = new Selection({ patience: 3, minDelta: 0.1 })
    const scores = [1, 0.95, 0.96, 0.89, 0.88, 0.85, 0.86]
    const ends = scores.map(score => selection.afterEpoch({ a: { loss: score } }))
    assert.deepEqual(
      ends.map(({ stop }) => stop),
      [false, false, false, false, false, false, true],
    )
    assert.deepEqual(
      ends.map(({ isBest }) => isBest),
      [true, true, false, true, true, true, false],
    )
  })

  it('goes on from its saved state', () => {
    const whole = new Selection({ patience: 2, minDelta: 0 })
    const scores = [3, 2, 2.5, 2.4]
    for (const [i, loss] of scores.entries()) {
      const resumed = new Selection(
        { patience: 2, minDelta: 0 },
        JSON.parse(JSON.stringify(whole.state())) as ReturnType<Selection['state']>,
      )
      const expected = whole.afterEpoch({ a: { loss } })
      if (i > 0) assert.deepEqual(resumed.afterEpoch({ a: { loss } }), expected)
    }
  })
})
