import assert from 'node:assert/strict'
import { Sampling } from '../../../src/training/sampling'

/** Steps and samples that take as long as they are said to. @returns what sampling took, in seconds and samples, and the steps alone */
function trained(steps: number, step: number, sample: number, startStep = 0, least = 0): { spent: number; samples: number; plain: number } {
  const sampling = new Sampling(startStep, steps, 2, 1, least)
  let [spent, samples] = [0, 0]
  for (let k = startStep + 1; k <= steps; k++) {
    if (!sampling.mayMeasure(k, (k - startStep - 1) * step + spent)) continue
    sampling.measured(k, sample)
    spent += sample
    samples++
  }
  return { spent, samples, plain: (steps - startStep) * step }
}

describe('sampling of task gradients', () => {
  it('takes a small share of a long training, whatever a sample costs', () => {
    for (const sample of [1e-4, 2e-3, 0.1, 3]) {
      const { spent, samples, plain } = trained(100_000, 1e-3, sample)
      assert.ok(spent <= 0.032 * plain && samples > 0, `${sample}: ${spent} of ${plain} s, ${samples} samples`)
    }
  })

  it('may take half a second of a short one, evenly', () => {
    const { spent, samples } = trained(1000, 5e-4, 1e-3)
    assert.ok(spent <= 0.5 && samples > 400, `${spent} s, ${samples} samples`)
    const second = trained(1000, 5e-4, 1e-3, 900)
    assert.ok(second.spent <= 0.051, `a resumed run has no second allowance: ${second.spent} s`)
  })

  it('does not begin what it can’t pay for', () => {
    assert.equal(trained(20, 1, 6).samples, 0)
  })

  it('takes as many as it must, whatever they cost, and no more', () => {
    for (const sample of [0.1, 3]) assert.equal(trained(1000, 1e-3, sample, 0, 50).samples, 50)
    assert.equal(trained(1000, 1e-3, 3, 800, 50).samples, 10, 'a resumed run takes its part')
  })

  it('keeps a long run’s samples from filling the log', () => {
    assert.ok(trained(1_000_000, 1e-3, 0).samples <= 2000)
  })
})
