import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { blockMean, interval, probabilityBelow, upperBound } from '../../../src/conflict/blockMean'
import { holm } from '../../../src/conflict/holm'
import { studentTProbability, studentTQuantile } from '../../../src/conflict/studentT'

describe('intervals of means', () => {
  it('has the quantiles of Student’s t (figures of scipy.stats.t.ppf)', () => {
    const known: [freedom: number, p: number, t: number][] = [
      [1, 0.6, 0.32491969623290634],
      [1, 0.975, 12.706204736174694],
      [1, 0.9995, 636.6192487687897],
      [2.5, 0.975, 3.5746548420036817],
      [2.5, 0.9995, 18.277893528131457],
      [9, 0.6, 0.260955336473911],
      [9, 0.9995, 4.780912585931217],
      [9, 0.999999, 10.720160409872824],
      [31.62, 0.975, 2.037893827724682],
      [200, 0.9995, 3.3398354062757107],
      [200, 0.999999, 4.897302102820449],
    ]
    for (const [freedom, p, t] of known) {
      assert.ok(Math.abs(studentTQuantile(p, freedom) / t - 1) < 1e-7, `t(${p}; ${freedom}) = ${studentTQuantile(p, freedom)}, not ${t}`)
      assert.ok(Math.abs(studentTQuantile(1 - p, freedom) / -t - 1) < 1e-7)
      assert.ok(Math.abs(studentTProbability(t, freedom) - p) < 1e-9)
    }
    assert.equal(studentTProbability(0, 7), 0.5)
  })

  it('is the bootstrap of drawn blocks in closed form', () => {
    const series = autoregressive(Random.seeded(3, 'series'), 400, 0.5)
    const { mean, error } = blockMean(series)!
    const random = Random.seeded(4, 'blocks')
    const draws = Array.from({ length: 4000 }, () => {
      let sum = 0
      for (let b = 0; b < 20; b++) {
        const start = random.below(400 - 20 + 1)
        for (let i = 0; i < 20; i++) sum += series[start + i]!
      }
      return sum / 400
    })
    const centre = draws.reduce((a, b) => a + b) / draws.length
    const spread = Math.sqrt(draws.reduce((a, b) => a + (b - centre) ** 2, 0) / draws.length)
    // The divisor blocks − 1 makes ours a little wider: √(20/19).
    assert.ok(Math.abs(error / spread / Math.sqrt(20 / 19) - 1) < 0.04, `${error} against ${spread}`)
    assert.ok(Math.abs(mean - centre) < 3 * spread)
  })

  for (const correlation of [0, 0.5, 0.8]) {
    it(`holds the mean of a series with autocorrelation ${correlation} about as often as it says`, () => {
      let [inside, below] = [0, 0]
      const trials = 1000
      for (let trial = 0; trial < trials; trial++) {
        const mean = blockMean(autoregressive(Random.seeded(trial, `series ${correlation}`), 200, correlation))!
        const { low, high } = interval(mean)
        if (low <= 0 && 0 <= high) inside++
        if (upperBound(mean, 0.05) < 0) below++
      }
      // Blocks of √200 steps cut off the longest memories: 0.8 costs a little.
      const least = correlation === 0.8 ? 0.88 : 0.92
      assert.ok(inside / trials > least && inside / trials < 0.985, `${inside} of ${trials}`)
      assert.ok(below / trials < (correlation === 0.8 ? 0.1 : 0.075), `${below} of ${trials} bounds below the mean`)
    })
  }

  it('judges a mean against a value as its bound does', () => {
    const series = autoregressive(Random.seeded(9, 'series'), 100, 0.3).map(x => x - 0.2)
    const mean = blockMean(series)!
    const p = probabilityBelow(mean, -0.05)
    assert.ok(Math.abs(upperBound(mean, p) - -0.05) < 1e-8)
  })

  it('knows series without spread, and too short ones', () => {
    const still = blockMean(new Array<number>(50).fill(-0.5))!
    assert.deepEqual(interval(still), { mean: -0.5, low: -0.5, high: -0.5 })
    assert.equal(probabilityBelow(still, -0.05), 0)
    assert.equal(probabilityBelow(still, -0.5), 1)
    assert.equal(blockMean([1, 2, 3]), null)
  })

  it('rejects step by step (Holm)', () => {
    const verdicts = holm([0.04, 0.01, 0.03, 0.005], 0.05)
    assert.deepEqual(
      verdicts.map(v => v.rejected),
      [false, true, false, true],
    )
    assert.deepEqual(
      verdicts.map(v => v.level),
      [0.05, 0.05 / 3, 0.05 / 2, 0.05 / 4],
    )
    assert.deepEqual(holm([], 0.05), [])
  })
})

/** Stationary, variance 1, mean 0. */
function autoregressive(random: Random, n: number, correlation: number): number[] {
  let value = random.normal()
  return Array.from({ length: n }, () => (value = correlation * value + Math.sqrt(1 - correlation ** 2) * random.normal()))
}
