import assert from 'node:assert/strict'
import { layOut } from '../../../../src/engine/onnx/layout'
import { partition, threadsFor } from '../../../../src/engine/onnx/partition'
import { rowProgram } from '../../../../src/engine/onnx/rowSession'
import { parametersOf } from '../../../../src/engine/parameters'
import { workloads } from '../../../bench/workloads'

const graph = (name: string) => workloads.find(w => w.name === name)!.graph
const plan = (name: string, rows: number, threads: number) =>
  partition(rowProgram(graph(name), layOut(parametersOf(graph(name))), rows, 'sum'), threads)

describe('partition', () => {
  it('covers every row once, whatever the batch and the threads', () => {
    for (const rows of [1, 7, 16, 33, 64, 100, 250, 256]) {
      for (const threads of [1, 2, 3, 8]) {
        const { rows: each, starts, threads: taking } = plan('W1', rows, threads)
        assert.deepEqual(
          starts,
          starts.map((_, i) => i * each),
          `${rows} rows on ${threads} threads`,
        )
        assert.ok(starts.length * each >= rows && (starts.length - 1) * each < rows)
        assert.ok(taking <= threads && taking <= starts.length)
      }
    }
  })

  it('gives each thread the same number of runs, in whole blocks where that wastes little', () => {
    assert.deepEqual(plan('W1', 256, 2), { rows: 32, starts: [0, 32, 64, 96, 128, 160, 192, 224], threads: 2 })
    assert.equal(plan('W1', 100, 2).rows, 25)
  })

  it('leaves small batches and wide dense models whole', () => {
    assert.deepEqual(plan('W2', 32, 2), { rows: 32, starts: [0], threads: 1 })
    assert.deepEqual(plan('W3', 256, 2), { rows: 256, starts: [0], threads: 1 })
  })
})

describe('threadsFor', () => {
  const program = (name: string, rows: number) => rowProgram(graph(name), layOut(parametersOf(graph(name))), rows, 'sum')
  it('does not wake a second thread for little work', () => {
    assert.equal(threadsFor(program('W2', 32), 4), 1)
    assert.equal(threadsFor(program('W2', 1000), 4), 4)
    assert.equal(threadsFor(program('W3', 8), 4), 4)
  })
})
