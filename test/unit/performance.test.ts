import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { recorded, withTables } from '../../build/performance.mjs'

describe('docs/performance.md', () => {
  it('has the figures of the committed measurement', () => {
    assert.equal(readFileSync('docs/performance.md', 'utf8'), withTables(recorded()))
  })

  it('would show another figure', () => {
    const data = recorded()
    const [first, ...others] = data.results
    assert.ok(withTables({ ...data, results: [{ ...first!, ratio: 0.123 }, ...others] }).includes('| 0.12 |'))
  })
})
