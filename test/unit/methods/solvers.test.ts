import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { solvePositiveDefinite } from '../../../src/methods/solvers/cholesky'
import { minimumNormWeights } from '../../../src/methods/solvers/minimumNorm'
import { nonNegativeMinimum } from '../../../src/methods/solvers/nonNegative'
import { pseudoInverseTimes } from '../../../src/methods/solvers/pseudoInverse'
import { rankOf, rowScaled } from '../../../src/methods/solvers/rowScaled'
import { symmetricEigen } from '../../../src/methods/solvers/symmetricEigen'
import { gramOf, samples } from './matrices'

const all = samples(2)
const times = (a: Float64Array, x: ArrayLike<number>, n: number) =>
  Float64Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => a[i * n + j]! * x[j]!).reduce((p, q) => p + q, 0))

describe('solvers', () => {
  it('eigenvalues: A = V Λ Vᵀ with orthonormal V, and the rank of the rows', () => {
    for (const { J, name, rank } of all) {
      const n = J.length
      const { rows, cosines } = rowScaled(gramOf(J), n)
      const m = rows.length
      const { values, vectors } = symmetricEigen(cosines, m)
      for (let i = 0; i < m; i++)
        for (let j = 0; j < m; j++) {
          let [back, unit] = [0, 0]
          for (let k = 0; k < m; k++) {
            back += vectors[k * m + i]! * values[k]! * vectors[k * m + j]!
            unit += vectors[i * m + k]! * vectors[j * m + k]!
          }
          assert.ok(Math.abs(back - cosines[i * m + j]!) < 1e-13 * m && Math.abs(unit - (i === j ? 1 : 0)) < 1e-13 * m, name)
        }
      assert.equal(rankOf(values), rank, name)
    }
  })

  it('small eigenvalues of badly scaled matrices keep their digits', () => {
    const { values } = symmetricEigen(Float64Array.of(1e18, 1e3, 1e3, 1e-11), 2)
    // det = 1e7 − 1e6, over the large eigenvalue.
    assert.ok(Math.abs(values[1]! / 9e-12 - 1) < 1e-12, String(values[1]))
  })

  it('pinv(G)·b solves G x = b for b in its range, and gives nothing to zero rows', () => {
    for (const { J, name } of all.filter(({ name }) => !/1e-6/.test(name))) {
      const [gram, n] = [gramOf(J), J.length]
      const b = times(
        gram,
        J.map((_, i) => i + 1),
        n,
      )
      const back = times(gram, pseudoInverseTimes(gram, b, n), n)
      const size = Math.max(...b.map(Math.abs))
      b.forEach((value, i) => assert.ok(Math.abs(back[i]! - value) < 1e-7 * size, `${name}: ${back.join()} and ${b.join()}`))
    }
  })

  it('Cholesky solves badly scaled systems, and refuses singular ones', () => {
    const x = solvePositiveDefinite(Float64Array.of(1e18, 1e3, 1e3, 1e-11), Float64Array.of(1e18 + 1e11, 1e3 + 1e-3), 2)!
    assert.ok(Math.abs(x[0]! - 1) < 1e-8 && Math.abs(x[1]! / 1e8 - 1) < 1e-8, x.join())
    assert.equal(solvePositiveDefinite(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 1), 2), null)
  })

  it('non-negative least squares meets its optimality conditions', () => {
    for (const { J, name } of all) {
      const { rows, cosines } = rowScaled(gramOf(J), J.length)
      const n = rows.length
      const random = Random.seeded(4, name)
      const b = times(
        cosines,
        Float64Array.from(rows, () => random.normal()),
        n,
      )
      const x = nonNegativeMinimum(cosines, b, n)
      const slope = times(cosines, x, n)
      x.forEach((value, i) => {
        const residual = slope[i]! - b[i]!
        const size = 1e-9 * (1 + Math.max(...x))
        assert.ok(value >= 0 && residual >= -size && (value === 0 || Math.abs(residual) <= size), `${name}: ${value}, ${residual}`)
      })
    }
  })

  it('the point of smallest norm agrees with a search over all supports', () => {
    for (const { J, name } of all.filter(({ J, name }) => J.length <= 7 && /generic|parallel/.test(name))) {
      const [gram, n] = [gramOf(J), J.length]
      const square = (w: ArrayLike<number>) => times(gram, w, n).reduce((sum, value, i) => sum + value * w[i]!, 0)
      let best = Infinity
      for (let support = 1; support < 2 ** n; support++) {
        const members = J.flatMap((_, i) => (support & (1 << i) ? [i] : []))
        const part = Float64Array.from(members.flatMap(i => members.map(j => gram[i * n + j]!)))
        const solution = solvePositiveDefinite(part, new Float64Array(members.length).fill(1), members.length)
        if (!solution || solution.some(value => value < 0)) continue
        const sum = solution.reduce((a, b) => a + b, 0)
        const w = new Float64Array(n)
        members.forEach((i, k) => (w[i] = solution[k]! / sum))
        best = Math.min(best, square(w))
      }
      const found = square(minimumNormWeights(gram, n))
      assert.ok(Math.abs(found - best) <= 1e-9 * best, `${name}: ${found} and ${best}`)
    }
  })
})
