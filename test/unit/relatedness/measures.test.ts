import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { contingency } from '../../../src/relatedness/contingency'
import { correlationRatio, pearson } from '../../../src/relatedness/correlation'
import { cramersV } from '../../../src/relatedness/cramersV'
import { jensenShannonDistance, labelSimilarity } from '../../../src/relatedness/labelSimilarity'
import { mutualInformation, normalizedInformation } from '../../../src/relatedness/mutualInformation'
import { partOf, quantile, quantileBounds } from '../../../src/relatedness/quantiles'
import { pairOf } from '../../../src/relatedness/relate'
import { explained, predictLinear, ridge } from '../../../src/relatedness/ridge'

interface Pair {
  readonly a: number[]
  readonly b: number[]
  readonly cramersV: number
  readonly cramersVCorrected: number
  readonly mutualInformation: number
  readonly mutualInformationCorrected: number
  readonly normalized: number
}

/** Made by relatedness.py from scikit-learn and SciPy. */
const oracle = JSON.parse(readFileSync(resolve('test/fixtures/relatedness.json'), 'utf8')) as {
  readonly pairs: Readonly<Record<string, Pair>>
  readonly correlation: { classes: number[]; x: number[]; y: number[]; pearson: number; correlationRatio: number }
  readonly jensenShannon: { p: number[]; q: number[]; distance: number }
  readonly quantiles: { values: number[]; shares: number[]; found: number[] }
  readonly ridge: {
    features: number[]
    targets: number[]
    rows: number
    fitted: number
    models: Record<string, { predicted: number[]; explained: number }>
  }
}

const near = (found: number | null, expected: number, tolerance = 1e-10) =>
  assert.ok(found !== null && Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`)

describe('measures of how labels hang together', () => {
  for (const [name, pair] of Object.entries(oracle.pairs)) {
    it(`agrees with scikit-learn and SciPy on ${name} classes`, () => {
      const table = contingency(pair.a, pair.b, Math.max(...pair.a) + 1, Math.max(...pair.b) + 1)
      near(cramersV(table, false), pair.cramersV)
      near(cramersV(table), pair.cramersVCorrected)
      near(mutualInformation(table, false), pair.mutualInformation)
      near(mutualInformation(table), pair.mutualInformationCorrected)
      near(normalizedInformation(table, false), pair.normalized)
    })
  }

  it('agrees on Pearson’s correlation, the correlation ratio, quantiles and Jensen-Shannon', () => {
    const { classes, x, y, ...expected } = oracle.correlation
    near(pearson(x, y), expected.pearson)
    near(correlationRatio(classes, x), expected.correlationRatio)
    const { values, shares, found } = oracle.quantiles
    const sorted = Float64Array.from(values).sort()
    shares.forEach((share, i) => near(quantile(sorted, share), found[i]!))
    const { p, q, distance } = oracle.jensenShannon
    near(jensenShannonDistance(p, q), distance)
  })

  it('leaves out rows that lack one of the labels', () => {
    const [a, b] = [
      [0, 1, NaN, 1, 0],
      [1, 0, 0, NaN, 1],
    ]
    assert.equal(contingency(a, b, 2, 2).total, 3)
    near(pearson([1, 2, NaN, 3], [2, 4, 100, 6]), 1)
  })

  it('says nothing where a label does not vary, or there are no rows', () => {
    const constant = contingency([0, 0, 0], [0, 1, 1], 1, 2)
    assert.deepEqual([cramersV(constant), normalizedInformation(constant)], [null, null])
    assert.equal(mutualInformation(contingency([], [], 2, 2)), null)
    assert.deepEqual([pearson([1, 1], [1, 2]), correlationRatio([0, 0], [1, 2])], [null, null])
  })

  it('divides numbers into parts of equal size, also where values repeat', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8]
    const bounds = quantileBounds(values, 4)
    const counts = [0, 0, 0, 0]
    for (const value of values) counts[partOf(bounds, value)]!++
    assert.deepEqual(counts, [2, 2, 2, 2])
    assert.deepEqual(quantileBounds([5, 5, 5], 4), [])
    assert.ok(Number.isNaN(partOf(bounds, NaN)))
  })

  it('compares distributions by class name where tasks share one, else by rank', () => {
    const label = (task: string, classes: string[], values: number[]) => ({ task, classes, values: Float64Array.from(values) })
    const left = label('a', ['cat', 'dog'], [0, 0, 0, 1])
    near(labelSimilarity(left, label('b', ['dog', 'cat'], [1, 1, 1, 0])), 1)
    near(labelSimilarity(left, label('b', ['red', 'blue'], [1, 1, 1, 0])), 1)
    near(labelSimilarity(label('a', ['cat', 'dog'], [0, 0]), label('b', ['cat', 'dog'], [1, 1])), 0)
    assert.equal(labelSimilarity(left, { task: 'n', classes: null, values: Float64Array.from([1, 2]) }), null)
  })

  it('chooses the measure by the kinds of the labels', () => {
    const { classes, x, y } = oracle.correlation
    const kind = { task: 'kind', classes: ['a', 'b', 'c', 'd'], values: Float64Array.from(classes) }
    const numbers = [x, y].map((values, i) => ({ task: `n${i}`, classes: null, values: Float64Array.from(values) }))
    assert.equal(pairOf(kind, numbers[0]!).association!.measure, 'correlationRatio')
    assert.equal(pairOf(numbers[0]!, kind).association!.measure, 'correlationRatio')
    assert.equal(pairOf(numbers[0]!, numbers[1]!).association!.measure, 'pearson')
    assert.equal(pairOf(kind, kind).association!.measure, 'cramersV')
    near(pairOf(kind, kind).association!.value, 1, 0.01)
    const { counts } = pairOf(kind, numbers[0]!).table!
    assert.equal(
      counts.flat().reduce((a, b) => a + b, 0),
      classes.length,
    )
  })

  it('fits ridge regressions as scikit-learn does', () => {
    const { features, targets, rows, fitted, models } = oracle.ridge
    const part = (values: number[], width: number, from: number, to: number) => ({
      values: values.slice(from * width, to * width),
      rows: to - from,
      width,
    })
    const strengths = Object.keys(models).map(Number)
    const made = ridge(part(features, 6, 0, fitted), part(targets, 2, 0, fitted), strengths)
    const held = { x: part(features, 6, fitted, rows), y: part(targets, 2, fitted, rows) }
    Object.values(models).forEach((expected, i) => {
      const { values } = predictLinear(made[i]!, held.x)
      expected.predicted.forEach((value, j) => near(values[j]!, value, 1e-8))
      near(explained(made[i]!, held.x, held.y), expected.explained, 1e-8)
    })
  })
})
