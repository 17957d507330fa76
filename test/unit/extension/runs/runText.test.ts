import assert from 'node:assert/strict'
import { ageText, bestText, durationText, metricText, progressText } from '../../../../src/extension/runs/runText'
import type { RunSummary } from '../../../../src/runs/summary'

const run = (given: Partial<RunSummary>): RunSummary => ({
  id: '20260101-120000-penguins-abc123',
  folder: '/runs/20260101-120000-penguins-abc123',
  model: 'penguins',
  modelFile: '/penguins.mtl.ts',
  created: 0,
  status: 'training',
  tasks: ['species', 'mass'],
  seed: 1,
  weighting: 'equal',
  epoch: 3,
  epochs: 60,
  step: 30,
  steps: 200,
  secondsLeft: 12.4,
  examplesPerSecond: 1000,
  best: {},
  device: 'CPU',
  ...given,
})

describe('runText', () => {
  it('tells the progress and the time left, or the epoch where no steps are known', () => {
    assert.equal(progressText(run({})), '15% · 12 s left')
    assert.equal(progressText(run({ status: 'paused' })), '15%')
    assert.equal(progressText(run({ steps: 0, secondsLeft: null })), 'epoch 3 of 60')
  })

  it('tells the leading validation metric of each task, in the order of tasks', () => {
    const best = {
      mass: { train_loss: 0.2, validation_loss: 0.31, validation_mae: 301.44, validation_rmse: 400 },
      species: { validation_loss: 0.1, validation_accuracy: 0.9812, test_accuracy: 1 },
    }
    assert.equal(bestText(run({ best })), 'species accuracy 0.981 · mass mae 301')
    assert.equal(bestText(run({ best: { mass: { validation_loss: 0.31 } } })), 'mass loss 0.310')
    assert.equal(bestText(run({})), '')
  })

  it('uses the unit that fits', () => {
    assert.deepEqual([durationText(0.2), durationText(61), durationText(600), durationText(7200)], ['1 s', '61 s', '10 min', '2.0 h'])
    const minute = 60_000
    assert.deepEqual(
      [0.5, 5, 120, 60 * 30, 60 * 24 * 5].map(n => ageText(0, n * minute)),
      ['just now', '5 min ago', '2 h ago', 'yesterday', '5 days ago'],
    )
    assert.deepEqual([0.98123, 12.34, 0, 1e-5, 4_321_000].map(metricText), ['0.981', '12.3', '0.000', '1.00e-5', '4.32e+6'])
  })
})
