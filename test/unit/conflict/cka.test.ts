import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { linearCka } from '../../../src/conflict/cka'

interface Case {
  readonly name: string
  readonly x: readonly (readonly number[])[]
  readonly y: readonly (readonly number[])[]
  readonly plain: number
  readonly unbiased: number
}

/** Written by cka.py beside it, from kernel matrices. */
const cases = JSON.parse(readFileSync('test/fixtures/cka.json', 'utf8')) as Case[]

describe('linear CKA', () => {
  for (const { name, x, y, unbiased } of cases) {
    it(`is that of the unbiased kernel form: ${name}`, () => {
      for (const [a, b] of [
        [x, y],
        [y, x],
      ] as const)
        assert.ok(Math.abs(linearCka(a.flat(), b.flat(), x.length)! - unbiased) < 1e-9)
      assert.ok(Math.abs(linearCka(x.flat(), x.flat(), x.length)! - 1) < 1e-12)
    })
  }

  it('does not take unrelated layers with many features for alike, as the plain form does', () => {
    const { plain, unbiased } = cases.find(({ name }) => name === 'more features than rows, unrelated')!
    assert.ok(plain > 0.6 && Math.abs(unbiased) < 0.2, `${plain} ${unbiased}`)
  })

  it('has no value for a layer that is the same for all rows, or for three rows', () => {
    assert.equal(linearCka([1, 1, 1, 1, 1], [1, 2, 3, 4, 5], 5), null)
    assert.equal(linearCka([1, 2, 3], [1, 2, 3], 3), null)
  })
})
