import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { open } from '../../../src/data/open'
import { FileRows, MemoryRows } from '../../../src/data/rows'
import { Scratch } from '../../../src/data/scratch'
import { BatchOrder } from '../../../src/training/batchOrder'
import { until } from '../runs/temporary'
import { folderWith } from './folder'
import { modelOf } from './model'

describe('rows in a file', () => {
  const rows = 1000
  const random = Random.seeded(1)
  const values = Float32Array.from({ length: rows * 5 }, () => random.normal())
  const part = (offset: number, width: number, from: number, to: number) =>
    Float32Array.from({ length: (to - from) * width }, (_, k) => values[(from + Math.floor(k / width)) * 5 + offset + (k % width)]!)

  it('come back as they were written, column by column and some at a time, whatever was pushed out meanwhile', () => {
    const scratch = new Scratch()
    const file = FileRows.create(scratch, rows, { size: 5, blockRows: 16, residentBlocks: 3, bytes: false })
    for (const [offset, width] of [
      [0, 1],
      [1, 3],
      [4, 1],
    ] as const) {
      for (let from = 0; from < rows; from += 270) file.write(from, offset, width, part(offset, width, from, Math.min(rows, from + 270)))
    }
    const memory = new MemoryRows(values, 5)
    for (let round = 0; round < 50; round++) {
      const wanted = Uint32Array.from({ length: 32 }, () => random.below(rows - 7))
      const [a, b] = [new Float32Array(160), new Float32Array(160)]
      file.fill(wanted, 7, a)
      memory.fill(wanted, 7, b)
      assert.deepEqual(a, b)
    }
    scratch.close()
  })

  it('are there without another read once they were read ahead', async () => {
    const scratch = new Scratch()
    const file = FileRows.create(scratch, rows, { size: 5, blockRows: 16, residentBlocks: 8, bytes: false })
    file.write(0, 0, 5, values)
    const wanted = Uint32Array.from({ length: 64 }, (_, i) => i)
    file.readAhead(wanted, 0)
    await until('all is read', () => !process.getActiveResourcesInfo().includes('FSReqCallback'))
    scratch.close() // nothing can be read any more
    const into = new Float32Array(64 * 5)
    file.fill(wanted, 0, into)
    assert.deepEqual(into, values.slice(0, 64 * 5))
    assert.throws(() => file.fill([500], 0, into), /EBADF/)
  })

  it('keep bytes as bytes', () => {
    const scratch = new Scratch()
    const file = FileRows.create(scratch, 100, { size: 3, blockRows: 16, residentBlocks: 2, bytes: true })
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256)
    file.write(0, 0, 3, bytes)
    const into = new Float32Array(3)
    file.fill([99], 0, into)
    assert.deepEqual([...into], [...bytes.subarray(297)])
    scratch.close()
  })
})

describe('a table that does not fit into memory', () => {
  const random = Random.seeded(3)
  const lines = Array.from({ length: 3000 }, (_, i) =>
    [random.normal().toFixed(3), i % 7 === 0 ? '' : random.normal().toFixed(2), 'rgb'[random.below(3)], 'xy'[i % 2], i].join(),
  )
  const folder = folderWith({ 't.csv': ['a,b,c,k,y', ...lines].join('\n') })
  for (const missingFeatures of ['drop', 'mean']) {
    it(`gives the same batches as in memory (missingFeatures: '${missingFeatures}')`, async () => {
      const model = modelOf({
        source: { kind: 'csv', path: 't.csv', options: { missingFeatures } },
        features: { numeric: ['a', 'b'], categorical: ['c'] },
        tasks: { k: ['classification', 'k'], y: ['regression', 'y'] },
      })
      const memory = await open(model, { folder })
      const filed = await open(model, { folder }, 4000)
      assert.equal(memory.train.blocks, null)
      assert.ok(filed.train.blocks !== null)
      assert.deepEqual(filed.preprocessing, memory.preprocessing)
      assert.deepEqual(filed.notes, memory.notes)
      for (const part of ['train', 'validation', 'test'] as const) {
        assert.equal(filed[part].rows, memory[part].rows)
        for (let round = 0; round < 20; round++) {
          const rows = Array.from({ length: 30 }, () => random.below(filed[part].rows))
          assert.deepEqual(filed[part].batch(rows, 32), memory[part].batch(rows, 32))
        }
      }
      filed.close()
      memory.close()
    })
  }
})

describe('the order of batches over blocks', () => {
  const blocks = { rows: 8, first: 3, window: 4 }
  const epoch = (order: BatchOrder) => {
    const batches: number[][] = []
    for (let rows = order.take(); rows !== null; rows = order.take()) batches.push([...rows])
    order.beginEpoch()
    return batches
  }

  it('gives every row once, few blocks at a time, and another order each epoch', () => {
    const order = new BatchOrder(205, 10, 1, null, blocks)
    const [first, second] = [epoch(order), epoch(order)]
    for (const batches of [first, second]) {
      assert.deepEqual(
        batches.flat().sort((a, b) => a - b),
        Array.from({ length: 205 }, (_, i) => i),
      )
      const at = batches
        .slice(0, 3)
        .flat()
        .map(row => Math.floor((row + 3) / 8))
      assert.ok(new Set(at).size <= 4, 'the first 30 rows come from the four blocks of the first window')
    }
    assert.notDeepEqual(first, second)
    assert.deepEqual(epoch(new BatchOrder(205, 10, 1, null, blocks)), first)
  })

  it('goes on in the middle of an epoch as if nothing had been', () => {
    const whole = new BatchOrder(205, 10, 1, null, blocks)
    epoch(whole)
    for (let i = 0; i < 7; i++) whole.take()
    const resumed = new BatchOrder(205, 10, 99, whole.state(), blocks)
    assert.deepEqual(epoch(resumed), epoch(whole))
    assert.deepEqual(epoch(resumed), epoch(whole))
  })

  it('says each window ahead of its first row, once', () => {
    const order = new BatchOrder(205, 10, 1, null, blocks)
    const known = new Set<number>()
    let announced = 0
    for (let rows = order.take(), n = 0; rows !== null; rows = order.take(), n++) {
      // The first window is read when it is asked for.
      if (n > 3) for (const row of rows) assert.ok(known.has(row))
      for (const row of order.ahead() ?? []) {
        assert.ok(!known.has(row))
        known.add(row)
        announced++
      }
    }
    assert.ok(announced > 205 - 33)
  })
})
