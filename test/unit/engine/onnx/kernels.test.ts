import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import { Arena } from '../../../../src/engine/onnx/arena'
import { EngineError } from '../../../../src/engine/engine'
import { relativeError } from '../../../conformance/runProgram'

const n = 5000
const random = Random.seeded(4)
const normal = (length: number) => Float32Array.from({ length }, () => random.normal())

function filled(arena: Arena, values: Float32Array): number {
  const address = arena.reserve(values.length)
  arena.floats(address, values.length).set(values)
  return address
}

describe('kernels', () => {
  it('adam follows Kingma & Ba, algorithm 1', () => {
    const arena = new Arena(4 * n)
    const [w, g, m, v] = [normal(n), normal(n), normal(n), normal(n).map(Math.abs)]
    const [W, G, M, V] = [w, g, m, v].map(values => filled(arena, values)) as [number, number, number, number]
    const [b1, b2, eps, rate, step, scale] = [0.9, 0.999, 1e-8, 0.01, 3, 0.5]
    const finite = arena.kernels.adam(W, G, M, V, n, scale, b1, 1 - b1, b2, 1 - b2, rate / (1 - b1 ** step), 1 / (1 - b2 ** step), eps)
    assert.equal(finite, 1)
    const expected = Array.from(w, (value, i) => {
      const [mean, square] = [b1 * m[i]! + (1 - b1) * scale * g[i]!, b2 * v[i]! + (1 - b2) * (scale * g[i]!) ** 2]
      return value - (rate * mean) / (1 - b1 ** step) / (Math.sqrt(square / (1 - b2 ** step)) + eps)
    })
    assert.ok(relativeError(arena.floats(W, n), expected) < 1e-6)
  })

  it('sgd and momentum follow PyTorch', () => {
    const arena = new Arena(4 * n)
    const [w, g, v] = [normal(n), normal(n), normal(n)]
    const [W1, W2, G, V] = [w, w, g, v].map(values => filled(arena, values)) as [number, number, number, number]
    assert.equal(arena.kernels.sgd(W1, G, n, 2, 0.1), 1)
    assert.ok(
      relativeError(
        arena.floats(W1, n),
        w.map((value, i) => value - 0.2 * g[i]!),
      ) < 1e-6,
    )
    assert.equal(arena.kernels.momentum(W2, G, V, n, 2, 0.1, 0.9), 1)
    assert.ok(
      relativeError(
        arena.floats(W2, n),
        w.map((value, i) => value - 0.1 * (0.9 * v[i]! + 2 * g[i]!)),
      ) < 1e-6,
    )
  })

  it('say where a weight is no longer finite', () => {
    for (const [bad, at] of [
      [NaN, 0],
      [Infinity, 7],
      [-Infinity, 2047],
    ] as const) {
      const arena = new Arena(4096)
      const [w, g] = [normal(2048), normal(2048)]
      g[at] = bad
      assert.equal(arena.kernels.sgd(filled(arena, w), filled(arena, g), 2048, 1, 0.1), 0)
    }
  })

  for (const T of [1, 2, 3, 4, 5]) {
    it(`gram of ${T} rows adds up in float64, but for short runs`, () => {
      const arena = new Arena(T * n + 2 * T * T)
      const rows = Array.from({ length: T }, () => normal(n))
      const address = filled(arena, rows[0]!)
      rows.slice(1).forEach(row => filled(arena, row))
      const out = arena.reserve(2 * T * T)
      arena.kernels.gram(address, n * 4, T, n, out)
      const expected = rows.flatMap(a => rows.map(b => a.reduce((sum, value, i) => sum + value * b[i]!, 0)))
      assert.ok(relativeError(arena.doubles(out, T * T), expected) < 1e-8)
    })
  }

  it('gram holds what float32 does not: squares of very small and very large rows, and zeros', () => {
    const T = 4
    const arena = new Arena(T * n + 2 * T * T)
    const rows = [1e-25, 1, 0, 1e25].map(scale => normal(n).map(value => value * scale))
    const [address] = rows.map(row => filled(arena, row)) as [number]
    const out = arena.reserve(2 * T * T)
    arena.kernels.gram(address, n * 4, T, n, out)
    const norms = rows.map(row => Math.hypot(...row))
    const found = arena.doubles(out, T * T)
    rows.forEach((a, i) =>
      rows.forEach((b, j) => {
        const expected = a.reduce((sum, value, k) => sum + value * b[k]!, 0)
        assert.ok(Math.abs(found[i * T + j]! - expected) <= 1e-8 * norms[i]! * norms[j]!, `${i}, ${j}`)
      }),
    )
  })

  it('combine weighs rows, accumulate adds', () => {
    const arena = new Arena(5 * n)
    const rows = [normal(n), normal(n), normal(n)]
    const [first] = rows.map(row => filled(arena, row)) as [number]
    const weights = filled(arena, Float32Array.of(0.5, -2, 1, 0))
    const out = arena.reserve(n)
    arena.kernels.combine(out, first, n * 4, weights, 3, n)
    const sum = rows[0]!.map((value, i) => 0.5 * value - 2 * rows[1]![i]! + rows[2]![i]!)
    assert.ok(relativeError(arena.floats(out, n), sum) < 1e-6)
    arena.kernels.accumulate(out, first, n)
    assert.ok(
      relativeError(
        arena.floats(out, n),
        sum.map((value, i) => value + rows[0]![i]!),
      ) < 1e-6,
    )
  })

  it('dropout keeps the asked share, scaled, and repeats for the same keys', () => {
    const size = 65536
    const arena = new Arena(3 * size)
    const [a, b, c] = [arena.reserve(size), arena.reserve(size), arena.reserve(size)]
    const rate = 0.3
    const draw = (address: number, key: number, step: number) =>
      arena.kernels.dropout(address, size, key, step, Math.round(rate * 2 ** 32), 1 / (1 - rate))
    draw(a, 12345, 7)
    draw(b, 12345, 7)
    draw(c, 12345, 8)
    const [first, again, next] = [arena.floats(a, size), arena.floats(b, size), arena.floats(c, size)]
    assert.deepEqual(first, again)
    assert.deepEqual([...new Set(first)].sort(), [0, Math.fround(1 / 0.7)])
    const dropped = (mask: Float32Array) => mask.reduce((sum, value) => sum + Number(value === 0), 0) / size
    // Four standard deviations of a binomial.
    const spread = 4 * Math.sqrt((rate * (1 - rate)) / size)
    assert.ok(Math.abs(dropped(first) - rate) < spread && Math.abs(dropped(next) - rate) < spread)
    // Masks of successive steps, and neighbours within one, are independent.
    const both = (x: Float32Array, y: Float32Array, shift: number) =>
      x.reduce((sum, value, i) => sum + Number(value === 0 && y[(i + shift) % size] === 0), 0) / size
    const pair = 4 * Math.sqrt((rate ** 2 * (1 - rate ** 2)) / size)
    assert.ok(Math.abs(both(first, next, 0) - rate ** 2) < pair)
    for (const shift of [1, 2, 4, 64]) assert.ok(Math.abs(both(first, first, shift) - rate ** 2) < pair, `shift ${shift}`)
  })
})

describe('Arena', () => {
  it('aligns what it gives and says when it is full or too big', () => {
    const arena = new Arena(8)
    assert.equal(arena.reserve(3) % 16, 0)
    assert.equal(arena.reserve(1) % 16, 0)
    assert.throws(
      () => new Arena(2 ** 31),
      (error: Error) => error instanceof EngineError && /GiB/.test(error.message),
    )
    assert.throws(() => arena.reserve(2 ** 20), EngineError)
  })
})
