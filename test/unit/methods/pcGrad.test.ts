import assert from 'node:assert/strict'
import { pcGradWeights } from '../../../src/methods/aggregation/pcGrad'

const gramOf = (rows: readonly (readonly number[])[]) =>
  Float64Array.from(rows.flatMap(a => rows.map(b => a.reduce((sum, x, k) => sum + x * b[k]!, 0))))
const inOrder = (others: number[]) => others

describe('pcGrad', () => {
  it('removes what opposes another task, in the order given (worked by hand)', () => {
    // g1 = (1, 0), g2 = (−1, 1): g1·g2 = −1, so g1 becomes (1, 0) + ½(−1, 1) and g2 becomes (−1, 1) + 1·(1, 0).
    assert.deepEqual(
      [
        ...pcGradWeights(
          gramOf([
            [1, 0],
            [-1, 1],
          ]),
          2,
          [0, 1],
          inOrder,
        ),
      ],
      [2, 1.5],
    )
    assert.deepEqual(
      [
        ...pcGradWeights(
          gramOf([
            [1, 0],
            [1, 1],
          ]),
          2,
          [0, 1],
          inOrder,
        ),
      ],
      [1, 1],
    )
  })

  it('leaves absent tasks out', () => {
    assert.deepEqual(
      [
        ...pcGradWeights(
          gramOf([
            [1, 0],
            [-1, 1],
            [0, 0],
          ]),
          3,
          [0, 1],
          inOrder,
        ),
      ],
      [2, 1.5, 0],
    )
  })

  it('stays finite in float32 however small one task’s gradient becomes', () => {
    for (let exponent = 0; exponent <= 45; exponent++) {
      const small = 10 ** -exponent
      const weights = pcGradWeights(
        gramOf([
          [1, 1],
          [-small, 0],
        ]),
        2,
        [0, 1],
        inOrder,
      )
      assert.ok(Float32Array.from(weights).every(Number.isFinite), `${exponent}: ${weights.join(' ')}`)
      // Down to rows that float32 can hold, the big one loses exactly its opposed part.
      if (exponent <= 29) assert.ok(Math.abs(weights[1]! * small - (1 + small)) < 1e-9, `${exponent}: ${weights.join(' ')}`)
    }
  })
})
