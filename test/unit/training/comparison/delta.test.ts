import assert from 'node:assert/strict'
import { deviation, judgedBy, relativeChange, taskDelta } from '../../../../src/training/comparison/delta'

const near = (actual: number | null, expected: number) => assert.ok(Math.abs(actual! - expected) < 1e-12, `${actual}, not ${expected}`)

describe('Δm', () => {
  it('is a signed relative change: above 0 is better, whichever way the metric goes', () => {
    near(relativeChange(0.9, 0.8, true), 0.125)
    near(relativeChange(0.7, 0.8, true), -0.125)
    near(relativeChange(300, 250, false), -0.2)
    near(relativeChange(200, 250, false), 0.2)
  })

  it('measures from a baseline below 0 in the right direction, and from 0 not at all', () => {
    near(relativeChange(0.5, -0.5, true), 2)
    near(relativeChange(-1, -0.5, true), -1)
    assert.equal(relativeChange(1, 0, true), null)
    assert.equal(relativeChange(0, 0, false), null)
    assert.equal(relativeChange(NaN, 1, true), null)
  })

  it('of a task is the mean over its metrics, without those that one side lacks', () => {
    const metrics = { mae: false, rmse: false, r2: true }
    // (250−200)/250 = 0.2, (400−500)/400 = −0.25, (0.9−0.6)/0.6 = 0.5: together 0.45 / 3
    near(taskDelta({ mae: 200, rmse: 500, r2: 0.9 }, { mae: 250, rmse: 400, r2: 0.6 }, metrics), 0.15)
    near(taskDelta({ mae: 200, loss: 7 }, { mae: 250, rmse: 400, loss: 1 }, metrics), 0.2)
    assert.equal(taskDelta({ r2: 0.5 }, { r2: 0 }, metrics), null)
  })

  it('judges each kind of task by all its metrics but the loss', () => {
    assert.deepEqual(judgedBy('regression'), { mae: false, rmse: false, r2: true })
    assert.deepEqual(judgedBy('binary'), { auc: true, accuracy: true, macro_f1: true })
  })

  it('spreads by the sample standard deviation', () => {
    near(deviation([1, 2, 4]), Math.sqrt(7 / 3))
    assert.equal(deviation([1]), null)
  })
})
