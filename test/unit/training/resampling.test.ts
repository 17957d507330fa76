import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { BatchOrder } from '../../../src/training/batchOrder'
import { Resampling } from '../../../src/training/resampling'

const classes = Int32Array.from({ length: 100 }, (_, row) => (row % 25 === 24 ? -1 : row % 10 === 0 ? 1 : row % 3 === 0 ? 2 : 0))
const rowsOf = (own: number) => [...classes.keys()].filter(row => classes[row] === own)
const epoch = (order: BatchOrder) => {
  const rows: number[] = []
  for (let batch = order.take(); batch !== null; batch = order.take()) rows.push(...batch)
  return rows
}

describe('resampling', () => {
  for (const way of ['over', 'under'] as const) {
    it(`${way}: classes are equally frequent, rows of a class as evenly taken as whole numbers allow`, () => {
      const resampling = new Resampling({ classes, way })
      const times = resampling.draw(Random.seeded(1))
      const sizes = [0, 1, 2].map(own => rowsOf(own).length)
      const wanted = way === 'over' ? Math.max(...sizes) : Math.min(...sizes)
      for (const own of [0, 1, 2]) {
        const taken = rowsOf(own).map(row => times[row]!)
        assert.equal(
          taken.reduce((a, b) => a + b),
          wanted,
        )
        assert.ok(Math.max(...taken) - Math.min(...taken) <= 1)
      }
      assert.ok(rowsOf(-1).every(row => times[row] === 1))
      assert.equal(resampling.total, 3 * wanted + rowsOf(-1).length)
    })
  }

  it('draws other rows in each epoch, and the same ones again after a resume', () => {
    const make = (state: ReturnType<BatchOrder['state']> | null) => new BatchOrder(100, 7, 3, state, null, { classes, way: 'under' })
    const order = make(null)
    const first = epoch(order)
    assert.equal(first.length, new Resampling({ classes, way: 'under' }).total)
    assert.equal(order.batchesPerEpoch, Math.ceil(first.length / 7))
    order.beginEpoch()
    order.take()
    const state = order.state()
    const rest = epoch(order)
    assert.notDeepEqual(new Set(first), new Set(rest))
    assert.deepEqual(epoch(make(JSON.parse(JSON.stringify(state)) as typeof state)), rest)
  })

  it('works where rows are read in blocks', () => {
    const order = new BatchOrder(100, 8, 3, null, { rows: 16, first: 5, window: 2 }, { classes, way: 'over' })
    const rows = epoch(order)
    assert.equal(rows.length, new Resampling({ classes, way: 'over' }).total)
    const counts = [0, 1, 2].map(own => rows.filter(row => classes[row] === own).length)
    assert.equal(new Set(counts).size, 1)
  })
})
