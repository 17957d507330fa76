import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { bestGroupings, greedyGroupings, groupingScore, mostTasks } from '../../../src/conflict/grouping'

const random = Random.seeded(4, 'grouping')
const gains = (T: number) => Array.from({ length: T }, () => Array.from({ length: T }, () => random.normal() - 0.1))

/** Every way to put tasks 0…T−1 into blocks. */
function partitions(T: number): number[][][] {
  if (T === 0) return [[]]
  return partitions(T - 1).flatMap(blocks => [
    [...blocks, [T - 1]],
    ...blocks.map((_, k) => blocks.map((block, l) => (k === l ? [...block, T - 1] : block))),
  ])
}

describe('grouping of tasks', () => {
  it('into groups without overlap is the best of all partitions', () => {
    for (const T of [2, 4, 6]) {
      const affinity = gains(T)
      bestGroupings(affinity, T, { apart: true }).forEach(({ groups, score }, k) => {
        const best = Math.max(
          ...partitions(T)
            .filter(blocks => blocks.length <= k + 1)
            .map(blocks => groupingScore(affinity, blocks)),
        )
        assert.ok(Math.abs(score - best) < 1e-12, `${T} tasks, ${k + 1} groups: ${score} ${best}`)
        assert.ok(Math.abs(groupingScore(affinity, groups) - score) < 1e-12)
        assert.deepEqual(groups.flat().sort(), [...Array(T).keys()])
      })
    }
  })

  it('is never better without overlap, and never worse with more groups', () => {
    const affinity = gains(7)
    const [free, apart] = [bestGroupings(affinity, 7), bestGroupings(affinity, 7, { apart: true })]
    free.forEach(({ score }, k) => {
      assert.ok(score >= apart[k]!.score - 1e-12)
      assert.ok(k === 0 || score >= free[k - 1]!.score - 1e-12)
    })
  })

  it('of very many tasks is searched greedily, and finds groups that are plain to see', () => {
    const T = mostTasks + 3
    const affinity = Array.from({ length: T }, (_, i) => Array.from({ length: T }, (_, j) => (i % 3 === j % 3 ? 1 : -1)))
    assert.throws(() => bestGroupings(affinity, 3), /groupings of more than/)
    const [one, , three] = greedyGroupings(affinity, 3)
    assert.equal(one!.groups.length, 1)
    assert.deepEqual(
      three!.groups.map(group => [...new Set(group.map(i => i % 3))].length),
      [1, 1, 1],
    )
    assert.equal(three!.score, 1)
  })
})
