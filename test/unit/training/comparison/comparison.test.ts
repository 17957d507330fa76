import assert from 'node:assert/strict'
import type { ModelGraph } from '../../../../src/ir/graph'
import type { ComparisonSettings } from '../../../../src/runs/comparison'
import type { TaskMetrics } from '../../../../src/runs/events'
import type { Member, MemberResult } from '../../../../src/runs/series'
import { fixedGrid, methodProblem, weightingsOf } from '../../../../src/training/comparison/methods'
import { planComparison } from '../../../../src/training/comparison/plan'
import { comparisonResult } from '../../../../src/training/comparison/result'
import { penguinsGraph } from '../penguins'

const equal = { kind: 'equal', options: {} }

describe('comparison', () => {
  // Two tasks: species by accuracy and macro_f1, mass by mae, rmse and r2.
  const whole = penguinsGraph()
  const graph: ModelGraph = { ...whole, tasks: whole.tasks.filter(({ name }) => name !== 'sex') }
  const settings = (given: Partial<ComparisonSettings> = {}): ComparisonSettings => ({
    methods: { equal },
    tuned: false,
    seeds: [1, 2],
    learningRates: [0.1],
    epochs: 1,
    engine: 'auto',
    device: 'auto',
    ...given,
  })

  /** Trains as a series does, with `outcome` instead of training. */
  function carryOut(settings: ComparisonSettings, outcome: (member: Member) => TaskMetrics | null) {
    const results = new Map<string, MemberResult>()
    const totals: number[] = []
    for (;;) {
      const { members, total, standings } = planComparison(graph, settings, results)
      totals.push(total)
      const next = members.find(({ key }) => !results.has(key))
      if (!next) return { results, totals, members, standings }
      const metrics = outcome(next)
      const status = metrics ? ('completed' as const) : ('failed' as const)
      results.set(next.key, { run: `run ${results.size + 1}`, end: { type: 'end', time: 0, status, metrics: metrics ?? {} } })
    }
  }

  const metrics = (loss: number, species: number, mass: number): TaskMetrics => ({
    species: { validation_loss: loss, test_accuracy: species, test_macro_f1: species },
    mass: { validation_loss: loss, test_mae: mass, test_rmse: mass, test_r2: 0.5 },
  })

  it('works out Δm and its spread as by hand', () => {
    const outcome = ({ request: { seed, variant } }: Member) => {
      if (variant!.task !== undefined) return metrics(1, seed === 1 ? 0.7 : 0.9, seed === 1 ? 200 : 300)
      return metrics(1, seed === 1 ? 0.88 : 0.8, seed === 1 ? 200 : 250)
    }
    const { standings } = carryOut(settings(), outcome)
    const { delta, spread, methods, baselines } = comparisonResult('id', 'penguins', graph, settings(), standings)
    // Baselines: 0.8 and 250. Seed 1: species 0.1; mass (0.2 + 0.2 + 0) / 3. Seed 2: 0 and 0.
    const close = (actual: unknown, expected: Record<string, number>) => {
      assert.deepEqual(Object.keys(actual as object), Object.keys(expected))
      for (const [key, value] of Object.entries(expected))
        assert.ok(Math.abs((actual as Record<string, number>)[key]! - value) < 1e-12, key)
    }
    close(delta.equal, { species: 0.05, mass: 0.4 / 6, overall: (0.05 + 0.4 / 6) / 2 })
    close(spread.equal, { species: 0.1 / Math.SQRT2, mass: 0.4 / 3 / Math.SQRT2, overall: (0.1 + 0.4 / 3) / 2 / Math.SQRT2 })
    assert.deepEqual(
      methods.equal!.seeds.map(({ seed }) => seed),
      [1, 2],
    )
    assert.equal(baselines.mass!.mean.mass!.mae, 250)
  })

  it('chooses learning rates on the validation split, with the first seed, and never trains twice alike', () => {
    const asked = settings({ learningRates: [0.1, 0.01], methods: { equal, fixed: { kind: 'fixed', options: {} } }, tuned: true })
    const outcome = ({ request: { variant } }: Member) => {
      const { learningRate, task, weighting } = variant!
      const favours = (weighting?.options.weights as Record<string, number> | undefined)?.mass ?? 1
      // 0.01 is better alone, 0.1 together; the heavier mass, the better. The test split says the opposite.
      const good = task === undefined ? learningRate === 0.1 : learningRate === 0.01
      return metrics((good ? 1 : 2) / favours, good ? 0.5 : 0.9, 100 * favours)
    }
    const { standings, members, totals } = carryOut(asked, outcome)
    const chosen = standings.map(({ name, chosen }) => [name, chosen!.learningRate, chosen!.weighting?.options])
    assert.deepEqual(chosen, [
      ['species', 0.01, undefined],
      ['mass', 0.01, undefined],
      ['equal', 0.1, {}],
      ['fixed', 0.1, { weights: { species: 0.4, mass: 1.6 } }],
    ])
    // Two tasks and equal: 2 rates + 1 seed each; fixed shares the equal ones and adds its 2 weights and 1 seed.
    assert.equal(members.length, 3 * 3 + 2 + 1)
    assert.equal(totals.at(-1), members.length)
    assert.ok(totals.every(total => total >= members.length))
    assert.equal(new Set(members.map(({ label }) => label)).size, members.length)
  })

  it('goes on where a training diverges, and says so', () => {
    const asked = settings({ learningRates: [10, 0.1], methods: { equal, uncertainty: { kind: 'uncertainty', options: {} } } })
    const outcome = ({ request: { variant } }: Member) =>
      variant!.learningRate === 10 || variant!.weighting?.kind === 'uncertainty' ? null : metrics(1, 0.9, 100)
    const { standings } = carryOut(asked, outcome)
    const result = comparisonResult('id', 'penguins', graph, asked, standings)
    assert.deepEqual(Object.keys(result.delta), ['equal'])
    assert.ok(result.notes.includes('uncertainty diverged with learning rate 0.1.'), result.notes.join(' '))
    assert.throws(() => carryOut(asked, () => null), /species alone diverged with every learning rate/)
  })

  it('searches fixed weights that add up to the number of tasks', () => {
    const grid = fixedGrid(['a', 'b', 'c'], equal)
    assert.equal(grid.length, 7)
    for (const { options } of grid.slice(1)) {
      const weights = Object.values(options.weights as Record<string, number>)
      assert.ok(Math.abs(weights.reduce((a, b) => a + b) - 3) < 1e-4)
      assert.ok(Math.abs(Math.max(...weights) / Math.min(...weights) - 4) < 1e-4)
    }
    assert.equal(fixedGrid(['a', 'b'], equal).length, 3)
    const own = { kind: 'fixed', options: { weights: { a: 5 } } }
    assert.deepEqual(fixedGrid(['a', 'b'], own).at(-1), own)
  })

  it('knows methods by the table, offers the nearest name, and always adds the fixed weights', () => {
    assert.equal(methodProblem('pcGrad'), undefined)
    assert.match(methodProblem('pcgrd')!, /did you mean 'pcGrad'/)
    assert.deepEqual(Object.keys(weightingsOf(['uncertainty', 'equal', 'equal'], graph)), ['uncertainty', 'equal', 'fixed'])
    assert.throws(() => weightingsOf(['nonsense'], graph), /there is no method 'nonsense'/)
  })
})
