import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { noKeys, splitRows, type SplitKeys } from '../../../src/data/split'
import { thirds } from './model'

const stratified = ({ length }: { length: number }, stratum: (row: number) => number): SplitKeys => ({
  ...noKeys,
  strata: [Int32Array.from({ length }, (_, row) => stratum(row))],
})

const sizes = ({ train, validation, test }: ReturnType<typeof splitRows>) => [train.length, validation.length, test.length]

describe('splitting rows', () => {
  it('puts every row into exactly one part', () => {
    for (const rows of [3, 10, 101, 1000]) {
      const { train, validation, test } = splitRows(
        rows,
        thirds,
        stratified({ length: rows }, i => (i % 7) - 1),
      )
      assert.deepEqual(
        [...train, ...validation, ...test].sort((a, b) => a - b),
        Array.from({ length: rows }, (_, i) => i),
      )
      for (const part of [train, validation, test])
        assert.deepEqual(
          [...part],
          [...part].sort((a, b) => a - b),
        )
    }
  })

  it('keeps the shares', () => {
    assert.deepEqual(sizes(splitRows(100, thirds, noKeys)), [70, 15, 15])
    assert.deepEqual(sizes(splitRows(1000, { ...thirds, train: 0.8, validation: 0.1, test: 0.1 }, noKeys)), [800, 100, 100])
    assert.deepEqual(sizes(splitRows(30, { ...thirds, train: 0.7, validation: 0.3, test: 0 }, noKeys)), [21, 9, 0])
  })

  it('keeps the shares within each stratum, to the row, and in total', () => {
    // 3 of every 10 rows in stratum 0, the rest in 1, some without a value.
    const strata = Int32Array.from({ length: 500 }, (_, i) => (i % 25 === 24 ? -1 : i % 10 < 3 ? 0 : 1))
    const parts = splitRows(500, thirds, { ...noKeys, strata: [strata] })
    assert.deepEqual(sizes(parts), [350, 75, 75])
    for (const stratum of [-1, 0, 1]) {
      const own = strata.filter(s => s === stratum).length
      const [train, validation, test] = [parts.train, parts.validation, parts.test].map(
        part => part.filter(row => strata[row] === stratum).length,
      )
      for (const [found, share] of [
        [train, 0.7],
        [validation, 0.15],
        [test, 0.15],
      ] as const)
        assert.ok(Math.abs(found! - own * share) < 1, `${stratum}: ${found} of ${own}`)
    }
  })

  it('keeps the total where every stratum is small', () => {
    assert.deepEqual(
      sizes(
        splitRows(
          300,
          thirds,
          stratified({ length: 300 }, i => i),
        ),
      ),
      [210, 45, 45],
    )
    const pairs = splitRows(
      300,
      thirds,
      stratified({ length: 300 }, i => i >> 1),
    )
    assert.ok(
      sizes(pairs).every((size, i) => Math.abs(size - [210, 45, 45][i]!) <= 1),
      sizes(pairs).join(),
    )
  })

  it('depends on its seed and on nothing else', () => {
    assert.deepEqual(splitRows(200, thirds, noKeys), splitRows(200, thirds, noKeys))
    assert.notDeepEqual(splitRows(200, thirds, noKeys).test, splitRows(200, { ...thirds, seed: 8 }, noKeys).test)
    // Pinned: runs of older versions must see the same test rows for ever.
    assert.deepEqual([...splitRows(20, thirds, noKeys).test], [2, 4, 18])
  })
})

const rowsOf = ({ train, validation, test }: ReturnType<typeof splitRows>) => [...train, ...validation, ...test].sort((a, b) => a - b)
const all = (rows: number) => Array.from({ length: rows }, (_, i) => i)

describe('iterative stratification', () => {
  // 600 rows, three labels of which one is rare, correlated and partly missing.
  const random = Random.seeded(3)
  const labels = all(600).map(() => {
    const a = random.uniform() < 0.5 ? 0 : 1
    return [a, random.uniform() < (a ? 0.8 : 0.1) ? 1 : 0, random.uniform() < 0.03 ? 1 : random.uniform() < 0.2 ? -1 : 0]
  })
  const strata = [0, 1, 2].map(column => Int32Array.from(labels, row => row[column]!))

  it('keeps the shares of every value of every column, the rarest above all', () => {
    const parts = splitRows(600, thirds, { ...noKeys, strata })
    assert.deepEqual(rowsOf(parts), all(600))
    for (const [column, values] of strata.entries()) {
      for (const value of new Set(values)) {
        const own = values.filter(v => v === value).length
        for (const [part, share] of [
          [parts.train, 0.7],
          [parts.validation, 0.15],
          [parts.test, 0.15],
        ] as const) {
          const found = part.filter(row => values[row] === value).length
          assert.ok(Math.abs(found - share * own) <= 3, `column ${column}, value ${value}: ${found} of ${own}, share ${share}`)
        }
      }
    }
    assert.ok(
      sizes(parts).every((size, i) => Math.abs(size - [420, 90, 90][i]!) <= 6),
      sizes(parts).join(),
    )
  })

  it('does better than lot', () => {
    const spread = (keys: SplitKeys) => {
      const { test } = splitRows(600, thirds, keys)
      return strata.reduce(
        (sum, values) =>
          sum +
          [...new Set(values)].reduce(
            (sum, value) =>
              sum + Math.abs(test.filter(row => values[row] === value).length - 0.15 * values.filter(v => v === value).length),
            0,
          ),
        0,
      )
    }
    assert.ok(spread({ ...noKeys, strata }) < spread(noKeys) / 2, `${spread({ ...noKeys, strata })} against ${spread(noKeys)}`)
  })

  it('depends on its seed and on nothing else', () => {
    const keys = { ...noKeys, strata }
    assert.deepEqual(splitRows(600, thirds, keys), splitRows(600, thirds, keys))
    assert.notDeepEqual(splitRows(600, thirds, keys).test, splitRows(600, { ...thirds, seed: 8 }, keys).test)
  })
})

describe('splits by groups, time and columns', () => {
  it('no group is in two parts, and the shares hold as far as groups allow', () => {
    const group = Int32Array.from(all(500), row => (row % 97 === 0 ? -1 : row % 41))
    const parts = splitRows(500, thirds, { ...noKeys, group, strata: [Int32Array.from(all(500), row => row % 2)] })
    assert.deepEqual(rowsOf(parts), all(500))
    const [a, b, c] = [parts.train, parts.validation, parts.test].map(
      part => new Set([...part].map(row => group[row]!).filter(g => g >= 0)),
    )
    assert.equal(new Set([...a!, ...b!, ...c!]).size, a!.size + b!.size + c!.size)
    assert.ok(
      sizes(parts).every((size, i) => Math.abs(size - [350, 75, 75][i]!) <= 13),
      sizes(parts).join(),
    )
  })

  it('by time: nothing in training is later than validation, nothing there later than the test, equal times stay together', () => {
    const time = Float64Array.from(all(200), row => (row * 37) % 100)
    const { train, validation, test } = splitRows(200, thirds, { ...noKeys, time })
    const times = (part: Int32Array) => [...part].map(row => time[row]!)
    assert.ok(Math.max(...times(train)) < Math.min(...times(validation)))
    assert.ok(Math.max(...times(validation)) < Math.min(...times(test)))
    assert.deepEqual(sizes({ train, validation, test }), [140, 30, 30])
  })

  it('by a column; a part that it does not name is divided off', () => {
    const given = Int8Array.from(all(100), row => (row < 20 ? 2 : row < 50 ? 1 : 0))
    const parts = splitRows(100, thirds, { ...noKeys, given })
    assert.deepEqual(sizes(parts), [50, 30, 20])
    const half = splitRows(100, thirds, { ...noKeys, given: Int8Array.from(all(100), row => (row < 15 ? 2 : 0)) })
    assert.deepEqual(sizes(half), [70, 15, 15])
    assert.deepEqual([...half.test], all(15))
  })
})

describe('folds', () => {
  const folds = (rows: number, of: number, keys: SplitKeys) =>
    all(of).map(index => splitRows(rows, { ...thirds, fold: { index, of } }, keys))

  it('test each row once and learn from the others', () => {
    const strata = [Int32Array.from(all(103), row => row % 3)]
    const made = folds(103, 5, { ...noKeys, strata })
    assert.deepEqual(
      made.flatMap(({ test }) => [...test]).sort((a, b) => a - b),
      all(103),
    )
    for (const fold of made) {
      assert.deepEqual(rowsOf(fold), all(103))
      assert.ok(fold.validation.length > 10 && fold.train.length > fold.validation.length * 4)
      for (const value of [0, 1, 2]) assert.ok(Math.abs(fold.test.filter(row => strata[0]![row] === value).length - 103 / 15) < 2)
    }
  })

  it('keep groups whole', () => {
    const group = Int32Array.from(all(120), row => row % 11)
    for (const { train, validation, test } of folds(120, 4, { ...noKeys, group })) {
      const within = (part: Int32Array) => new Set([...part].map(row => group[row]!))
      assert.equal(within(train).size + within(validation).size + within(test).size, 11)
    }
  })

  it('go forward in time', () => {
    const time = Float64Array.from(all(120), row => (row * 7) % 120)
    const made = folds(120, 5, { ...noKeys, time })
    for (const { train, validation, test } of made) {
      const [before, last] = [[...train, ...validation], [...test]].map(part => part.map(row => time[row]!))
      assert.ok(Math.max(...before!) < Math.min(...last!))
    }
    assert.deepEqual(
      made.map(({ test }) => test.length),
      [20, 20, 20, 20, 20],
    )
  })

  it('leave out rows that are held back for a test', () => {
    const given = Int8Array.from(all(100), row => (row < 20 ? 2 : 0))
    const made = folds(100, 4, { ...noKeys, given })
    assert.deepEqual(
      made.flatMap(({ test }) => [...test]).sort((a, b) => a - b),
      all(100).slice(20),
    )
  })
})
