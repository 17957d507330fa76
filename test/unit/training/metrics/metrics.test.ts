import assert from 'node:assert/strict'
import { Random } from '../../../../src/base/random'
import type { MetricContext } from '../../../../src/training/metrics/metric'
import { metricOf, metrics } from '../../../../src/training/metrics/table'
import { tasks } from '../../../../src/tasks/table'

/** @param rows outputs of each row and its target */
function measure(
  name: string,
  rows: readonly (readonly [readonly number[], number])[],
  context: Partial<MetricContext> = {},
): number | null {
  const metric = metricOf(name)!.create({ classes: 2, mean: 0, deviation: 1, ...context })
  // A row somewhere within a larger array, as the engine gives it.
  for (const [outputs, target] of rows) metric.add(Float32Array.of(9, ...outputs, 9), 1, outputs.length, target)
  return metric.value()
}

const close = (actual: number | null, expected: number) => assert.ok(Math.abs(actual! - expected) < 1e-6, `${actual} is not ${expected}`)

describe('metrics', () => {
  it('stand in the table for every task that names them', () => {
    for (const task of tasks) for (const name of task.metrics) assert.equal(metricOf(name)?.name, name, `${task.kind}: ${name}`)
    assert.equal(new Set(metrics.map(({ name }) => name)).size, metrics.length)
  })

  it('accuracy counts the likeliest class, and yes from one half on', () => {
    close(
      measure(
        'accuracy',
        [
          [[0.2, 0.5, 0.3], 1],
          [[0.4, 0.35, 0.25], 1],
          [[0.1, 0.1, 0.8], 2],
        ],
        { classes: 3 },
      ),
      2 / 3,
    )
    close(
      measure('accuracy', [
        [[0.5], 1],
        [[0.49], 1],
        [[0.51], 0],
        [[0.1], 0],
      ]),
      0.5,
    )
    assert.equal(measure('accuracy', []), null)
  })

  it('macro_f1 is the mean over the classes that occur (as in scikit-learn)', () => {
    const one = (k: number) => [0, 1, 2, 3].map(i => (i === k ? 1 : 0))
    // The example in scikit-learn's documentation of f1_score, whose macro value is 0.26…; class 3 never occurs.
    const labels = [0, 1, 2, 0, 1, 2]
    const predictions = [0, 2, 1, 0, 0, 1]
    close(
      measure(
        'macro_f1',
        labels.map((label, i) => [one(predictions[i]!), label] as const),
        { classes: 4 },
      ),
      0.26666666666666666,
    )
    close(
      measure('macro_f1', [
        [[0.9], 1],
        [[0.8], 1],
        [[0.2], 0],
        [[0.7], 0],
      ]),
      (2 / 3 + 4 / 5) / 2,
    )
  })

  it('auc equals the share of pairs in the right order, ties counting half', () => {
    const random = Random.seeded(5)
    for (let trial = 0; trial < 30; trial++) {
      const rows = Array.from({ length: 2 + random.below(40) }, () => [[random.below(6) / 5], random.below(2)] as const)
      let [pairs, won] = [0, 0]
      for (const [[yes], a] of rows)
        for (const [[no], b] of rows) {
          if (a !== 1 || b !== 0) continue
          pairs++
          won += yes > no ? 1 : yes === no ? 0.5 : 0
        }
      const value = measure('auc', rows)
      if (pairs === 0) assert.equal(value, null)
      else close(value, won / pairs)
    }
    assert.equal(
      measure('auc', [
        [[0.1], 1],
        [[0.3], 1],
      ]),
      null,
      'one class only',
    )
  })

  it('mae and rmse are in the label’s unit, r2 in none', () => {
    const rows = [
      [[0], 1],
      [[2], 2],
      [[1], -1],
    ] as const
    const context = { mean: 4000, deviation: 800 }
    close(measure('mae', rows, context), 800)
    close(measure('rmse', rows, context)! / 800, Math.sqrt(5 / 3))
    const spread = (1 - 2 / 3) ** 2 + (2 - 2 / 3) ** 2 + (-1 - 2 / 3) ** 2
    close(measure('r2', rows, context), 1 - 5 / spread)
    assert.equal(
      measure('r2', [
        [[0], 3],
        [[1], 3],
      ]),
      null,
      'equal labels have no spread to explain',
    )
    // Far from zero the naive sum of squares would lose all digits.
    close(
      measure('r2', [
        [[1e6], 1e6],
        [[1e6 + 2], 1e6 + 1],
        [[1e6 + 1], 1e6 + 2],
      ]),
      0,
    )
  })
})
