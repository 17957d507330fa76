import assert from 'node:assert/strict'
import { Pace } from '../../../src/training/pace'

describe('pace', () => {
  it('knows nothing before the first step', () => {
    assert.equal(new Pace().secondsLeft(10, 1), null)
    assert.equal(new Pace().examplesPerSecond, 0)
  })

  it('adds up steps and evaluations that are left', () => {
    const pace = new Pace()
    pace.trained(100, 3200, 0.5)
    pace.evaluated(0.2, 0.5)
    assert.ok(Math.abs(pace.secondsLeft(200, 3)! - (200 * 0.005 + 3 * 0.2)) < 1e-9)
    assert.ok(Math.abs(pace.examplesPerSecond - 6400) < 1e-6)
  })

  it('is not led astray by one slow evaluation among many quick ones', () => {
    const pace = new Pace()
    for (let epoch = 0; epoch < 500; epoch++) {
      pace.trained(8, 239, 0.002)
      pace.evaluated(epoch === 490 ? 0.1 : 0.001, 0.002)
    }
    const left = pace.secondsLeft(8 * 1000, 1000)!
    assert.ok(left > 3 && left < 3.5, `${left} s for 1,000 epochs of 3 ms`)
  })

  it('follows a change for good', () => {
    const pace = new Pace()
    for (let second = 0; second < 20; second++) pace.trained(100, 100, 1)
    for (let second = 0; second < 60; second++) pace.trained(50, 50, 1)
    assert.ok(Math.abs(pace.secondsLeft(100, 0)! - 2) < 0.05)
  })
})
