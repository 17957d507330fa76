import assert from 'node:assert/strict'
import type { SamplingSettings } from '../../../src/ir/graph'
import { SetsOrder } from '../../../src/training/setsOrder'

const split = (rows: number) => ({ rows, blocks: null })
const order = (sources: SamplingSettings['sources'], sizes = [90, 10]) => new SetsOrder(sizes.map(split), 20, { sources }, 1)

function epoch(order: SetsOrder): number[][] {
  const steps: number[][] = []
  for (let rows = order.take(); rows !== null; rows = order.take()) steps.push([...rows])
  order.beginEpoch()
  return steps
}
const ofSecond = (steps: readonly (readonly number[])[]) => steps.map(rows => rows.filter(row => row >= 90).length)

describe('rows of several data sets', () => {
  it('are all taken once in an epoch by size, in the same shares at every step', () => {
    const rows = order('size')
    for (let n = 0; n < 3; n++) {
      const steps = epoch(rows)
      assert.deepEqual(ofSecond(steps), [2, 2, 2, 2, 2])
      assert.deepEqual(
        steps.flat().sort((a, b) => a - b),
        Array.from({ length: 100 }, (_, row) => row),
      )
    }
    assert.equal(rows.mostRows, 18)
    const odd = epoch(order('size', [90, 7, 3, 1]))
    assert.deepEqual(
      odd.map(rows => rows.length),
      [20, 20, 20, 20, 20, 1],
    )
    assert.equal(new Set(odd.flat()).size, 101)
  })

  it('are shared by n^(1/τ) at a temperature, and each set goes through all its rows before it begins anew', () => {
    const rows = order({ temperature: 2 })
    // √90 : √10 = 3 : 1
    assert.deepEqual(ofSecond(epoch(rows)), [5, 5, 5, 5, 5])
    const seen = epoch(rows)
      .flat()
      .filter(row => row >= 90)
    assert.equal(new Set(seen.slice(5, 15)).size, 10)
    assert.equal(rows.mostRows, 15)
  })

  it('come in turns, until the largest is through', () => {
    const rows = order('roundRobin')
    const steps = epoch(rows)
    assert.deepEqual(
      steps.map(step => step.length),
      [20, 10, 20, 10, 20, 10, 20, 10, 10, 10],
    )
    assert.equal(new Set(steps.flat()).size, 100)
    assert.deepEqual(
      ofSecond(steps).filter((_, i) => i % 2 === 0),
      [0, 0, 0, 0, 0],
    )
  })
})
