import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { page, recorded, withFigures } from '../bench/dataFigures'

describe('docs/data.md', () => {
  it('has the figures of the committed measurement', () => {
    assert.equal(readFileSync(page, 'utf8'), withFigures(recorded()))
  })

  it('would show another figure', () => {
    const data = recorded()
    assert.ok(withFigures({ ...data, table: { ...data.table, trainer_peak_mib: 12_345 } }).includes(' 12345 MiB '))
  })
})
