import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { physicalCores } from '../../../src/engine/threads'

describe('physicalCores', () => {
  it('is a whole number of cores, never more than may be used', () => {
    const cores = physicalCores()
    assert.ok(Number.isInteger(cores) && cores >= 1 && cores <= availableParallelism())
  })
})
