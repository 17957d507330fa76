import assert from 'node:assert/strict'
import { numbersLike } from '../../../src/runs/numberText'

describe('numbers that stand together', () => {
  const pair = (mean: number, deviation: number) => {
    const text = numbersLike(mean)
    return `${text(mean)} ± ${text(deviation)}`
  }

  it('have the places of four significant digits of their mean', () => {
    assert.equal(pair(0.99123, 0.0000769), '0.9912 ± 0.0001')
    assert.equal(pair(0.0315342, 0.009344), '0.03153 ± 0.00934')
    assert.equal(pair(262.71, 10.9), '262.7 ± 10.9')
    assert.equal(pair(-0.83, 0.01978), '-0.8300 ± 0.0198')
    assert.equal(pair(1, 0), '1.000 ± 0.000')
    assert.equal(pair(250_000.4, 1_234.5), '250000 ± 1235')
    assert.equal(pair(0, 0), '0.0000 ± 0.0000')
  })

  it('are written with a power of ten where zeros would hide them', () => {
    assert.equal(pair(1.5e-9, 2.25e-10), '1.500e-9 ± 2.250e-10')
    assert.equal(pair(1.2345e9, 1e7), '1.235e9 ± 1.000e7')
  })
})
