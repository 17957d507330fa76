import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import { pcGrad, pcGradWeights } from '../../../../src/methods/aggregation/pcGrad'
import { assertClose, combine, gramOf, recordsOf } from '../oracles'

const ascending = (list: number[]) => list
const all = (T: number) => Array.from({ length: T }, (_, i) => i)

/** The algorithm of the paper on the vectors themselves, without the Gram matrix. */
function onVectors(J: number[][]): number[] {
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  return J.reduce(
    (total, row, i) => {
      let own = row
      J.forEach((other, j) => {
        const opposed = dot(own, other)
        if (j !== i && opposed < 0) own = own.map((value, p) => value - (opposed / dot(other, other)) * other[p]!)
      })
      return total.map((value, p) => value + own[p]!)
    },
    J[0]!.map(() => 0),
  )
}

const randomRows = (random: Random, T: number, P: number) =>
  Array.from({ length: T }, () => Array.from({ length: P }, () => random.normal()))

describe('pcGrad', () => {
  for (const { given, record } of recordsOf('PCGrad')) {
    it(`gives the weights and direction of ${given.inputs.id} (${JSON.stringify(record.hyperparameters)})`, () => {
      const J = given.inputs.jacobian
      const weights = pcGradWeights(gramOf(J), J.length, all(J.length), ascending)
      assertClose(weights, record.weights, record)
      assertClose(combine(weights, J), record.direction, record)
    })
    const outcomes = record.per_task_weight_outcomes_over_all_orders
    if (!outcomes) continue
    it(`gives one of the possible sums of ${given.inputs.id} in any order`, () => {
      const J = given.inputs.jacobian
      const sums = outcomes.reduce<number[][]>(
        (sums, perTask) => sums.flatMap(sum => perTask.map(w => sum.map((v, k) => v + w[k]!))),
        [J.map(() => 0)],
      )
      const method = pcGrad.create({ tasks: J.map((_, i) => `t${i}`), options: {}, random: Random.seeded(3), learningRate: 1e-3 })
      for (let n = 0; n < 50; n++) {
        const { shared } = method.weights({ present: J.map(() => true), gram: gramOf(J) })
        assert.ok(
          sums.some(sum => sum.every((v, k) => Math.abs(v - shared[k]!) < 1e-4)),
          shared.join(),
        )
      }
    })
  }

  it('equals the projections of the vectors themselves', () => {
    const random = Random.seeded(11)
    for (const T of [2, 3, 4, 6]) {
      for (let n = 0; n < 20; n++) {
        const J = randomRows(random, T, 5)
        assertClose(combine(pcGradWeights(gramOf(J), T, all(T), ascending), J), onVectors(J), { atol: 1e-9, rtol: 1e-9 })
      }
    }
  })

  it('gives the sum where no gradients conflict', () => {
    const J = randomRows(Random.seeded(5), 4, 6).map(row => row.map(Math.abs))
    assert.deepEqual([...pcGradWeights(gramOf(J), 4, all(4), ascending)], [1, 1, 1, 1])
  })

  it('has the closed form of two conflicting tasks: w_i = 1 − G_12/G_ii', () => {
    const J = [
      [2, 0.5],
      [-1, 1],
    ]
    const G = gramOf(J)
    const weights = pcGradWeights(G, 2, [0, 1], ascending)
    assertClose(weights, [1 - G[1]! / G[0]!, 1 - G[1]! / G[3]!], { atol: 1e-12, rtol: 0 })
  })

  it('lets a zero row be, and its own gradient conflict with nothing', () => {
    const weights = pcGradWeights(
      gramOf([
        [1, 2],
        [0, 0],
        [-1, -1],
      ]),
      3,
      all(3),
      ascending,
    )
    assert.ok(weights.every(Number.isFinite))
    assert.equal(weights[1], 1)
  })

  it('leaves absent tasks out and gives them no weight', () => {
    const J = [
      [1, 0],
      [-5, 1],
      [-1, 2],
    ]
    const method = pcGrad.create({ tasks: ['a', 'b', 'c'], options: {}, random: Random.seeded(1), learningRate: 1e-3 })
    const zeroed = [J[0]!, [0, 0], J[2]!]
    const { shared, heads } = method.weights({ present: [true, false, true], gram: gramOf(zeroed) })
    const two = pcGradWeights(gramOf([J[0]!, J[2]!]), 2, [0, 1], ascending)
    assert.deepEqual([...shared], [two[0], 0, two[1]])
    assert.equal(heads, undefined)
  })

  it('draws its order from the run’s generator', () => {
    const J = randomRows(Random.seeded(2), 4, 3)
    const draw = (seed: number) => {
      const method = pcGrad.create({ tasks: ['a', 'b', 'c', 'd'], options: {}, random: Random.seeded(seed), learningRate: 1e-3 })
      return Array.from({ length: 10 }, () => [...method.weights({ present: [true, true, true, true], gram: gramOf(J) }).shared].join())
    }
    assert.deepEqual(draw(1), draw(1))
    assert.ok(new Set(draw(1)).size > 1)
  })
})
