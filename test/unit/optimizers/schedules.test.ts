import assert from 'node:assert/strict'
import type { Options } from '../../../src/base/options'
import { scheduleFactor } from '../../../src/optimizers/schedules/table'

/** Factors of all steps of 6 epochs of 10 steps. */
const factors = (kind: string, options: Options): number[] =>
  Array.from({ length: 60 }, (_, i) => scheduleFactor({ kind, options }, { step: i + 1, stepsPerEpoch: 10, totalSteps: 60 }))

const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} ${b}`)

describe('schedules', () => {
  it('constant stays', () => assert.ok(factors('constant', { warmup: 0 }).every(f => f === 1)))

  it('warm-up rises evenly from above 0 to the full rate, and may take a part of an epoch', () => {
    const rates = factors('constant', { warmup: 2 })
    near(rates[0]!, 0.05)
    near(rates[9]!, 0.5)
    near(rates[19]!, 1)
    assert.ok(rates.slice(19).every(f => f === 1))
    near(factors('constant', { warmup: 0.5 })[0]!, 0.2)
  })

  it('step falls with the first step of an epoch', () => {
    const rates = factors('step', { every: 2, factor: 0.1, warmup: 0 })
    assert.deepEqual(
      [0, 19, 20, 39, 40, 59].map(i => Number(rates[i]!.toPrecision(12))),
      [1, 1, 0.1, 0.1, 0.01, 0.01],
    )
  })

  it('step is not put off by rounding', () => {
    for (const stepsPerEpoch of [3, 7, 11, 13, 49])
      for (let epoch = 1; epoch < 60; epoch++)
        near(
          scheduleFactor(
            { kind: 'step', options: { every: 1, factor: 0.5 } },
            { step: epoch * stepsPerEpoch + 1, stepsPerEpoch, totalSteps: 9999 },
          ) *
            2 ** epoch,
          1,
        )
  })

  it('cosine follows Loshchilov & Hutter 2017, eq. 5', () => {
    const rates = factors('cosine', { end: 0.1, warmup: 0 })
    rates.forEach((f, i) => near(f, 0.1 + 0.5 * 0.9 * (1 + Math.cos((Math.PI * i) / 60))))
    const warm = factors('cosine', { end: 0, warmup: 3 })
    near(warm[29]!, 1)
    near(warm[45]!, 0.5)
    assert.ok(warm[59]! > 0 && warm[59]! < 0.01)
    near(factors('cosine', { end: 0, warmup: 6 })[59]!, 1)
  })

  it('no schedule leaves its range, whatever the warm-up', () => {
    for (const warmup of [0, 0.1, 1, 5.9, 6, 100])
      for (const kind of ['constant', 'cosine', 'step'])
        for (const f of factors(kind, { warmup, end: 0, every: 1.5, factor: 0.5 })) assert.ok(f >= 0 && f <= 1, `${kind} ${warmup} ${f}`)
  })

  it('refuses one that it does not know', () => assert.throws(() => factors('linear', {}), /unknown schedule 'linear'/))
})
