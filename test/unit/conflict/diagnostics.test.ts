import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { summarise, type GradientSample } from '../../../src/conflict/conflictSummary'
import { tragicTriad } from '../../../src/conflict/tragicTriad'
import { trunkDiagnostics } from '../../../src/conflict/trunkDiagnostics'

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)
const gramOf = (...rows: (readonly number[])[]) => Float64Array.from(rows.flatMap(a => rows.map(b => dot(a, b))))
const near = (a: number | null, b: number) => assert.ok(a !== null && Math.abs(a - b) < 1e-9, `${a} instead of ${b}`)

describe('diagnostics of the trunk', () => {
  it('are what two known gradients have', () => {
    // Singular values 4 and 3; the foot of the origin on the line between (3, 0) and (0, 4) is 12/5 away, the shorter one 3 long.
    const found = trunkDiagnostics(2, [{ losses: [2, 8], learningRate: 0.1 }], [gramOf([3, 0], [0, 4])])
    near(found.condition, 4 / 3)
    near(found.paretoGap!.absolute, 2.4)
    near(found.paretoGap!.relative, 0.8)
    near(found.affinity![0]![0]!, 0.45)
    near(found.affinity![1]![1]!, 0.2)
    near(found.pairs[0]!.magnitude, 24 / 25)
    near(found.pairs[0]!.curvature, 1)
    assert.equal(found.lookAhead, null)
  })

  it('have no figures for tasks without a label, and mean what was looked ahead', () => {
    const lookAhead = [
      [null, null],
      [null, 0.5],
    ]
    const found = trunkDiagnostics(2, [{ losses: [null, 1], learningRate: 1, lookAhead }], [gramOf([0, 0], [0, 1])])
    assert.deepEqual(found.affinity, [
      [null, null],
      [null, 1],
    ])
    assert.deepEqual(found.lookAhead, { samples: 1, affinity: lookAhead })
    assert.deepEqual([found.condition, found.paretoGap, found.pairs], [null, null, []])
  })

  it('see the tragic triad where gradients conflict and one dominates', () => {
    const at = (a: readonly number[], b: readonly number[]) => tragicTriad(gramOf(a, b), 0, 1)!
    assert.equal(at([10, 0], [-0.8, 0.6]).holds, true)
    assert.equal(at([1, 0], [-0.8, 0.6]).holds, false, 'lengths are alike')
    assert.equal(at([10, 0], [0.8, 0.6]).holds, false, 'no conflict')
    assert.equal(at([1, 0], [-1, 0]).curvature, Infinity)
    assert.equal(tragicTriad(gramOf([0], [1]), 0, 1), null)
  })

  it('see what theorem 2 of Yu et al. asks of gradients: the more domination, the weaker the conflict', () => {
    const random = Random.seeded(4, 'pairs')
    for (let k = 0; k < 500; k++) {
      const angle = 2 * Math.PI * random.uniform()
      const length = Math.exp(3 * random.normal())
      const [cosine, similarity] = [Math.cos(angle), (2 * length) / (1 + length ** 2)]
      const { holds, curvature } = tragicTriad(gramOf([1, 0], [length * cosine, length * Math.sin(angle)]), 0, 1)!
      // ξ ≤ 1 as it says for itself, and under cos ≤ −Φ in the form without lengths of sums.
      assert.equal(holds, cosine <= -similarity && curvature <= 1)
      assert.equal(holds, cosine < 0 && similarity <= -cosine / (2 - cosine ** 2))
    }
  })

  it('are about what the tasks add to the step: weights count for lengths, not for angles nor affinities', () => {
    const of = (weights?: number[]) =>
      trunkDiagnostics(2, [{ losses: [2, 8], learningRate: 0.1, ...(weights && { weights }) }], [gramOf([30, 0], [-0.8, 0.6])])
    const [plain, weighted] = [of(), of([1 / 30, 1])]
    near(weighted.pairs[0]!.magnitude, 1)
    assert.ok(plain.pairs[0]!.magnitude < 0.1 && plain.condition! > 10 && weighted.condition! < 10)
    near(weighted.pairs[0]!.cosine.mean, -0.8)
    near(of([-1 / 30, 1]).pairs[0]!.cosine.mean, -0.8)
    assert.deepEqual(weighted.affinity, plain.affinity)
    assert.deepEqual([plain.pairs[0]!.triad.mean, weighted.pairs[0]!.triad.mean], [1, 0])
    assert.deepEqual(of([0, 1]).pairs, [], 'a task without weight has no part')
  })

  it('advise what belongs to what was found, and nothing for tasks that agree', () => {
    const random = Random.seeded(3, 'gradients')
    const samples = (b: readonly number[], length: number, noise = 0.15): GradientSample[] =>
      Array.from({ length: 150 }, (_, step) => {
        const noisy = (signal: readonly number[], size: number) => signal.map(value => size * (value + noise * random.normal()))
        const halves = [0, 1].map(() => [noisy([1, 0, 0.3], length), noisy(b, 1)])
        const whole = [0, 1].map(t => halves[0]![t]!.map((value, k) => (value + halves[1]![t]![k]!) / 2))
        const [first, second] = halves.map(rows => ({ blocks: [gramOf(...rows)], labels: [8, 8] }))
        return {
          step: step + 1,
          layers: ['dense1'],
          blocks: [gramOf(...whole)],
          halves: [first!, second!],
          losses: [1, 1],
          learningRate: 0.1,
        }
      })
    const codes = (b: readonly number[], length: number, noise?: number) =>
      summarise(['a', 'b'], samples(b, length, noise)).advice!.map(({ code }) => code)
    assert.deepEqual(codes([1, 0.2, 0.3], 1), [])
    assert.deepEqual(codes([-0.9, 0.3, 0.2], 12), ['surgery', 'splitLayer', 'surgeryHelps', 'scaleLosses', 'alignGradients', 'trainApart'])
    assert.deepEqual(codes([-1, 0, -0.3], 1, 0.02), ['surgery', 'splitLayer', 'alignGradients', 'tradeOffs', 'trainApart'])
    assert.deepEqual(codes([1, 0, 0.3], 1, 0.02), [], 'a high κ of gradients that agree')
    assert.equal(summarise(['a', 'b'], samples([-0.9, 0.3, 0.2], 1)).layers[0]!.score, 1)
  })
})
