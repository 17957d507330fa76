import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { columnWidth, encodeColumn, fitColumn, type ColumnPlan } from '../../src/data/features'
import { murmur3 } from '../../src/transforms/hashing'
import { momentOf, parseDate } from '../../src/transforms/date'
import type { ColumnValues } from '../../src/transforms/transform'

/** Made by test/fixtures/transforms.py with scikit-learn. */
const fixture = JSON.parse(readFileSync('test/fixtures/transforms.json', 'utf8')) as {
  numbers: number[]
  gappy: (number | null)[]
  words: string[]
  train: number
  scale: Record<string, number[]>
  missing: Record<string, number[]>
  clip: Record<string, number[]>
  oneHot: number[]
  ordinal: number[]
  hashing: number[]
}
const train = Int32Array.from({ length: fixture.train }, (_, i) => i)
const numbers: ColumnValues = { values: Float64Array.from(fixture.numbers) }
const gappy: ColumnValues = { values: Float64Array.from(fixture.gappy, value => value ?? NaN) }
const categories = [...new Set(fixture.words)]
const words: ColumnValues = { codes: Int32Array.from(fixture.words, word => categories.indexOf(word)), categories }
const known = { values: [...categories].sort(), numbers: false }

function encoded(plan: Omit<ColumnPlan, 'column'>, column: ColumnValues, rows = train, notes: string[] = []): Float32Array {
  const encoding = JSON.parse(JSON.stringify(fitColumn({ column: 'c', ...plan }, column, known, rows, undefined, notes))) as ReturnType<
    typeof fitColumn
  >
  const width = columnWidth(encoding)
  const length = 'values' in column ? column.values.length : column.codes.length
  const out = new Float32Array(length * width)
  encodeColumn(encoding, column, out, 0, width)
  return out
}

function close(found: ArrayLike<number>, expected: readonly number[], within = 1e-5) {
  assert.equal(found.length, expected.length)
  expected.forEach((x, i) => assert.ok(Math.abs(found[i]! - x) <= within * Math.max(1, Math.abs(x)), `${i}: ${found[i]} is not ${x}`))
}

describe('transformations', () => {
  for (const by of Object.keys(fixture.scale))
    it(`scale('${by}') is scikit-learn's`, () => close(encoded({ transform: 'scale', options: { by } }, numbers), fixture.scale[by]!))

  for (const missing of Object.keys(fixture.missing))
    it(`missing: '${missing}' is scikit-learn's SimpleImputer`, () =>
      close(
        encoded({ transform: 'scale', options: { by: 'none', missing, ...(missing === 'constant' && { fill: -1 }) } }, gappy),
        fixture.missing[missing]!,
      ))

  for (const by of Object.keys(fixture.clip))
    it(`outliers: { clip: '${by}' } have the fences of the definition, and are told`, () => {
      const notes: string[] = []
      close(encoded({ transform: 'scale', options: { by: 'none', outliers: { clip: by } } }, numbers, train, notes), fixture.clip[by]!)
      assert.match(notes.join(), /^Feature 'c': \d+ outliers? of the training split clipped to /)
    })

  it("oneHot is scikit-learn's", () => close(encoded({ transform: 'oneHot', options: {} }, words), fixture.oneHot))
  it('ordinal is scikit-learn’s OrdinalEncoder, from 0 to 1', () =>
    close(encoded({ transform: 'ordinal', options: {} }, words), fixture.ordinal))
  it("hashing is scikit-learn's FeatureHasher", () =>
    close(encoded({ transform: 'hashing', options: { buckets: 8 } }, words), fixture.hashing))

  it('ordinal follows the order that is given', () => {
    const order = ['red', ...categories.filter(word => word !== 'red')]
    const out = encoded({ transform: 'ordinal', options: { order } }, words)
    close(
      out,
      fixture.words.map(word => order.indexOf(word) / (order.length - 1)),
    )
  })

  it('hash as MurmurHash3 does, whatever the length in bytes', () => {
    // From the reference implementation (smhasher): seed 0.
    assert.deepEqual(
      ['', 'a', 'abc', 'abcd', 'Hello, world!'].map(murmur3).map(hash => hash >>> 0),
      [0, 0x3c2569b2, 0xb3dd93fa, 0x43ed676a, 0xc0363e43],
    )
  })

  it('an indicator says where a value was missing', () => {
    const out = encoded({ transform: 'scale', options: { by: 'standard', missing: 'median', indicator: true } }, gappy)
    assert.deepEqual(
      fixture.gappy.map((_, i) => out[2 * i + 1]),
      fixture.gappy.map(value => Number(value === null)),
    )
    const zeros = encoded({ transform: 'scale', options: { by: 'standard', indicator: true } }, gappy)
    fixture.gappy.forEach((value, i) => value === null && assert.equal(zeros[2 * i], 0))
  })

  it('a constant for names is a value of its own', () => {
    const column: ColumnValues = { codes: Int32Array.of(0, -1, 1), categories: ['a', 'b'] }
    const notes: string[] = []
    const plan: ColumnPlan = { column: 'c', transform: 'oneHot', options: { missing: 'constant', fill: 'none' } }
    const encoding = fitColumn(plan, column, { values: ['a', 'b'], numbers: false }, Int32Array.of(0, 1, 2), 'drop', notes)
    const out = new Float32Array(9)
    encodeColumn(encoding, column, out, 0, 3)
    assert.deepEqual([...out], [1, 0, 0, 0, 0, 1, 0, 1, 0])
    assert.deepEqual(notes, ["Feature 'c': 1 gap filled with 'none'."])
  })

  it('statistics see the training rows alone', () => {
    const other = Float64Array.from(fixture.numbers, (value, i) => (i < fixture.train ? value : 1e9 + i))
    for (const by of Object.keys(fixture.scale)) {
      const plan = { transform: 'scale', options: { by, missing: 'median', outliers: { clip: 'iqr' } } }
      const seen = encoded(plan, numbers).subarray(0, fixture.train)
      assert.deepEqual(encoded(plan, { values: other }).subarray(0, fixture.train), seen, by)
    }
  })

  it('dates become their parts; cyclic ones lie on a circle', () => {
    const texts = ['2024-12-31 18:30', '2024-01-01', '2023-06-15T06:00:00Z']
    const column: ColumnValues = { codes: Int32Array.of(0, 1, 2, -1), categories: texts }
    const rows = Int32Array.of(0, 1, 2)
    const turn = (share: number) => [Math.sin(2 * Math.PI * share), Math.cos(2 * Math.PI * share)]
    const out = encoded({ transform: 'date', options: { parts: ['month', 'hour', 'weekend'], cyclic: true } }, column, rows)
    close(out, [...turn(11 / 12), ...turn(18 / 24), 0, ...turn(0), ...turn(0), 0, ...turn(5 / 12), ...turn(6 / 24), 0, 0, 0, 0, 0, 0])
    const plain = encoded({ transform: 'date', options: { parts: ['weekday', 'year'], cyclic: false } }, column, rows)
    const deviation = Math.sqrt(2 / 9)
    close(plain, [1 / 6, 1 / 3 / deviation, 0, 1 / 3 / deviation, 3 / 6, -2 / 3 / deviation, 0, 0])
  })

  it('a date that is none is told', () => {
    assert.equal(parseDate('2023-02-30'), null)
    assert.equal(parseDate('2024-02-29')!.toISOString(), '2024-02-29T00:00:00.000Z')
    const column: ColumnValues = { codes: Int32Array.of(0, 1), categories: ['2024-01-01', 'soon'] }
    assert.throws(() => encoded({ transform: 'date', options: { parts: ['year'], cyclic: true } }, column, Int32Array.of(0, 1)), {
      message: "column 'c': expected a date such as 2024-05-17 or 2024-05-17 08:30, found 'soon'",
    })
  })

  it('moments are compared in one zone, to parts of a second', () => {
    assert.equal(momentOf('2024-01-01T05:30:00.25+02:30'), momentOf('2024-01-01 03:00:00.25Z'))
    assert.equal(momentOf('2024-01-01 00:15-0030') - momentOf('2024-01-01'), 45 * 60)
    assert.equal(momentOf('soon'), NaN)
  })

  it('a column without a value to learn from, and logarithms that do not exist, are told', () => {
    const empty: ColumnValues = { values: Float64Array.of(NaN, 1) }
    assert.throws(() => encoded({ transform: 'scale', options: { by: 'standard' } }, empty, Int32Array.of(0)), {
      message: "column 'c' has no value in the training split",
    })
    assert.throws(() => encoded({ transform: 'scale', options: { by: 'log' } }, { values: Float64Array.of(-3, 1) }, Int32Array.of(0, 1)), {
      message: "column 'c': the logarithm ln(1 + value) needs values above -1, found -3",
    })
  })
})
