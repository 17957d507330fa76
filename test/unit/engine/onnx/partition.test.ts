import assert from 'node:assert/strict'
import { layOut } from '../../../../src/engine/onnx/layout'
import { partition } from '../../../../src/engine/onnx/partition'
import { rowProgram } from '../../../../src/engine/onnx/rowSession'
import { parametersOf } from '../../../../src/engine/parameters'
import { workloads } from '../../../bench/workloads'

const graph = (name: string) => workloads.find(w => w.name === name)!.graph
const plan = (name: string, rows: number, threads: number) =>
  partition(rowProgram(graph(name), layOut(parametersOf(graph(name))), rows, false), threads)

describe('partition', () => {
  it('covers every row once, whatever the batch and the threads', () => {
    for (const rows of [1, 7, 16, 33, 64, 100, 250, 256]) {
      for (const threads of [1, 2, 3, 8]) {
        const { rows: each, shards } = plan('W1', rows, threads)
        const starts = shards.flat()
        assert.deepEqual(
          starts,
          starts.map((_, i) => i * each),
          `${rows} rows on ${threads} threads`,
        )
        assert.ok(starts.length * each >= rows && (starts.length - 1) * each < rows)
        assert.ok(shards.length <= threads && shards.every(s => s.length > 0))
      }
    }
  })

  it('gives each thread the same number of runs, in whole blocks where that wastes little', () => {
    assert.deepEqual(plan('W1', 256, 2), {
      rows: 32,
      shards: [
        [0, 32, 64, 96],
        [128, 160, 192, 224],
      ],
    })
    assert.equal(plan('W1', 100, 2).rows, 25)
  })

  it('leaves dense models whole', () => {
    assert.deepEqual(plan('W2', 1000, 2), { rows: 1000, shards: [[0]] })
    assert.deepEqual(plan('W3', 256, 2), { rows: 256, shards: [[0]] })
  })
})
