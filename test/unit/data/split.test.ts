import assert from 'node:assert/strict'
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
