import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { summarise, type GradientSample } from '../../../src/conflict/conflictSummary'
import { halfCosine } from '../../../src/conflict/halfCosine'

type Rows = readonly (readonly number[])[]
const gram = (rows: Rows) => rows.flatMap(a => rows.map(b => a.reduce((sum, value, i) => sum + value * b[i]!, 0)))
const mean = (parts: readonly { rows: Rows; labels: readonly number[] }[]): number[][] =>
  parts[0]!.rows.map((row, t) =>
    row.map(
      (_, p) =>
        parts.reduce((sum, { rows, labels }) => sum + labels[t]! * rows[t]![p]!, 0) / parts.reduce((n, { labels }) => n + labels[t]!, 0),
    ),
  )
const noise = (random: Random, n: number, scale: number) => Array.from({ length: n }, () => scale * random.normal())
const cosine = (a: readonly number[], b: readonly number[]) => gram([a, b])[1]! / Math.hypot(...a) / Math.hypot(...b)

/** Steps in which each half of a batch sees `signal` plus noise; `common` is noise that all tasks share within a half. */
function steps(count: number, signal: Rows, spread: number, common: number, seed = 1): GradientSample[] {
  const random = Random.seeded(seed, 'samples')
  return Array.from({ length: count }, (_, k) => {
    const half = () => {
      const shared = noise(random, signal[0]!.length, common)
      return {
        rows: signal.map((row, t) => row.map((value, p) => value + (t === 0 ? 1 : -1) * shared[p]! + spread * random.normal())),
        labels: signal.map(() => 16),
      }
    }
    const halves = [half(), half()]
    const layer = (rows: Rows) => [gram(rows)]
    return {
      step: k + 1,
      layers: ['trunk'],
      blocks: layer(mean(halves)),
      halves: halves.map(({ rows, labels }) => ({ blocks: layer(rows), labels })) as unknown as NonNullable<GradientSample['halves']>,
    }
  })
}

const along = (...values: number[]) => [...values, ...new Array<number>(20 - values.length).fill(0)]

describe('conflict summary', () => {
  it('takes the products across two halves from three Gram matrices', () => {
    const random = Random.seeded(5, 'halves')
    const halves = [
      { rows: [noise(random, 6, 1), noise(random, 6, 3)], labels: [5, 9] },
      { rows: [noise(random, 6, 1), noise(random, 6, 3)], labels: [7, 2] },
    ] as const
    const [first, second] = halves.map(({ rows, labels }) => ({ gram: gram(rows), labels })) as unknown as [RowsOf, RowsOf]
    const whole = gram(mean(halves))
    const [a, b] = halves
    const self = cosine(a.rows[0], b.rows[0])
    assert.ok(Math.abs(halfCosine(first, second, whole, 0, 0)! - self) < 1e-12)
    const weights = [a.labels[0] * b.labels[1], b.labels[0] * a.labels[1]] as const
    const norm = (row: readonly number[]) => Math.hypot(...row)
    const products = weights[0] * gram([a.rows[0], b.rows[1]])[1]! + weights[1] * gram([b.rows[0], a.rows[1]])[1]!
    const norms = weights[0] * norm(a.rows[0]) * norm(b.rows[1]) + weights[1] * norm(b.rows[0]) * norm(a.rows[1])
    assert.ok(Math.abs(halfCosine(first, second, whole, 0, 1)! - products / norms) < 1e-12)
    assert.equal(halfCosine({ ...first, labels: [0, 9] }, second, whole, 0, 1), null)
  })

  it('reports opposed signals, with layer, pair and interval', () => {
    const { layers, trunk, samples, firstStep } = summarise(['a', 'b', 'c'], steps(300, [along(3), along(-2, 1), along(0, 0, 2)], 0.5, 0))
    assert.equal(samples, 200)
    assert.equal(firstStep, 101)
    const [worst, ...others] = layers[0]!.pairs
    assert.deepEqual(worst!.pair, [0, 1])
    assert.ok(worst!.reported && worst!.bound! < -0.5)
    assert.ok(worst!.cosine.low < worst!.cosine.mean && worst!.cosine.mean < worst!.cosine.high)
    assert.equal(worst!.conflicting.mean, 1)
    assert.ok(others.every(({ reported }) => !reported))
    assert.equal(layers[0]!.gradientShare, 1)
    assert.equal(trunk.worst[0]!.partner, 1)
    assert.ok(Math.abs(trunk.gradientShares.reduce((a, b) => a + b) - 1) < 1e-12)
  })

  it('does not report orthogonal signals, although half of the steps are below 0', () => {
    const { layers } = summarise(['a', 'b'], steps(300, [along(2), along(0, 2)], 0.6, 0))
    const [pair] = layers[0]!.pairs
    assert.ok(!pair!.reported)
    assert.ok(pair!.conflicting.low < 0.5 && pair!.conflicting.high > 0.5)
    assert.ok(pair!.signal.every(bound => bound! > 0.3))
  })

  it('does not report noise, nor errors on the same rows that pull opposite ways', () => {
    const opposed = summarise(['a', 'b'], steps(300, [along(0.02), along(-0.02)], 1, 0)).layers[0]!.pairs[0]!
    assert.ok(!opposed.reported)
    // Each task has a signal of its own, and both the same noise with opposite signs: the cosine is far below 0, but not across halves.
    const sameRows = summarise(['a', 'b'], steps(300, [along(1.5), along(0, 1.5)], 0.1, 0.5)).layers[0]!.pairs[0]!
    assert.ok(sameRows.bound! < -0.1, `${sameRows.bound}`)
    assert.ok(sameRows.signal.every(bound => bound! > 0.05))
    assert.ok(sameRows.across!.high > 0)
    assert.ok(!sameRows.reported)
  })

  it('says nothing of few steps, of absent tasks, and of no steps at all', () => {
    const few = summarise(['a', 'b'], steps(20, [along(1), along(-1)], 0.01, 0)).layers[0]!.pairs[0]!
    assert.equal(few.bound, null)
    assert.ok(!few.reported)
    const absent = steps(100, [along(1), along(-1)], 0.01, 0).map(sample => ({ ...sample, blocks: [[1, 0, 0, 0]] }))
    assert.deepEqual(summarise(['a', 'b'], absent).layers[0]!.pairs, [])
    assert.equal(summarise(['a', 'b'], absent).trunk.worst[0], null)
    assert.deepEqual(summarise(['a', 'b'], []).layers, [])
  })
})

type RowsOf = Parameters<typeof halfCosine>[0]
