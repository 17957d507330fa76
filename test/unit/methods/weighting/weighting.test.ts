import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import type { Json } from '../../../../src/base/json'
import { withTaskWeights } from '../../../../src/methods/taskWeights'
import { pcGrad, pcGradWeights } from '../../../../src/methods/aggregation/pcGrad'
import { equal } from '../../../../src/methods/weighting/equal'
import { fixed } from '../../../../src/methods/weighting/fixed'
import { uncertainty } from '../../../../src/methods/weighting/uncertainty'
import type { MethodDefinition } from '../../../../src/methods/method'
import { assertClose, combine, gramOf, recordsOf } from '../oracles'

const make = (method: MethodDefinition, tasks: string[], options = {}) =>
  method.create({ tasks, options, random: Random.seeded(1), learningRate: 0.01 })

describe('equal', () => {
  it('gives present tasks one and absent ones nothing', () => {
    assert.deepEqual([...make(equal, ['a', 'b']).weights({ present: [true, false] }).shared], [1, 0])
  })
})

describe('fixed', () => {
  it('weighs trunk and heads, with 1 for tasks that are not named', () => {
    const { shared, heads } = make(fixed, ['a', 'b', 'c'], { weights: { a: 2, c: 0.5 } }).weights({ present: [true, true, false] })
    assert.deepEqual([...shared], [2, 1, 0])
    assert.deepEqual(heads, shared)
  })
})

describe('uncertainty', () => {
  const start = (s: number[]): Json => ({ s, m: s.map(() => 0), v: s.map(() => 0), steps: s.map(() => 0) })

  for (const { given, record } of recordsOf('UW')) {
    it(`gives the weights, direction and derivative of ${given.inputs.id}`, () => {
      const { jacobian, losses } = given.inputs
      const method = make(
        uncertainty,
        losses.map((_, i) => `t${i}`),
      )
      method.restore(start(record.hyperparameters.s as number[]))
      const present = losses.map(() => true)
      const { shared } = method.weights({ present })
      assertClose(shared, record.weights, record)
      assertClose(combine(shared, jacobian), record.direction, record)
      method.afterStep!(Float64Array.from(losses), present)
      // Adam's first moment after one step is (1 − β₁) times the gradient.
      assertClose(
        (method.state() as { m: number[] }).m.map(m => m / 0.1),
        record.derivative_wrt_s!,
        record,
      )
    })
  }

  it('settles where e^s is the loss', () => {
    const method = make(uncertainty, ['a', 'b'])
    for (let step = 0; step < 4000; step++) method.afterStep!(Float64Array.of(0.5, 3), [true, true])
    assertClose((method.state() as { s: number[] }).s.map(Math.exp), [0.5, 3], { atol: 1e-2, rtol: 0 })
  })

  it('does not move the weight of an absent task, nor on a loss that is not finite', () => {
    const method = make(uncertainty, ['a', 'b'])
    method.afterStep!(Float64Array.of(4, NaN), [true, false])
    method.afterStep!(Float64Array.of(4, Infinity), [true, true])
    const { s, steps } = method.state() as { s: number[]; steps: number[] }
    assert.notEqual(s[0], 0)
    assert.equal(s[1], 0)
    assert.deepEqual(steps, [2, 0])
  })

  it('continues from a saved state exactly', () => {
    const [one, two] = [make(uncertainty, ['a', 'b']), make(uncertainty, ['a', 'b'])]
    const step = (method: typeof one, n: number) => method.afterStep!(Float64Array.of(1 + n, 0.3 / (n + 1)), [true, n % 2 === 0])
    for (let n = 0; n < 5; n++) step(one, n)
    two.restore(JSON.parse(JSON.stringify(one.state())) as Json)
    for (let n = 5; n < 9; n++) [one, two].forEach(method => step(method, n))
    assert.deepEqual(one.state(), two.state())
  })
})

describe('fixed weights of tasks around a method', () => {
  it('scale the rows that the method sees and its answer', () => {
    const J = [
      [1, 2, 0],
      [-2, 0.5, 1],
    ]
    const factors = [2, 0.25]
    const { shared, heads } = withTaskWeights(make(pcGrad, ['a', 'b']), factors).weights({ present: [true, true], gram: gramOf(J) })
    const scaled = J.map((row, i) => row.map(value => value * factors[i]!))
    assertClose(
      combine(shared, J),
      combine(
        pcGradWeights(gramOf(scaled), 2, [0, 1], l => l),
        scaled,
      ),
      { atol: 1e-12, rtol: 0 },
    )
    assert.deepEqual([...heads!], factors)
  })

  it('reach the losses that the method learns from', () => {
    const weighted = withTaskWeights(make(uncertainty, ['a']), [4])
    const plain = make(uncertainty, ['a'])
    weighted.afterStep!(Float64Array.of(0.5), [true])
    plain.afterStep!(Float64Array.of(2), [true])
    assert.deepEqual(weighted.state(), plain.state())
  })
})
