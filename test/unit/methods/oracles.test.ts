import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { methodOf, methods } from '../../../src/methods/table'
import { checkFile } from '../../oracles/runner'
import { mappings } from '../../oracles/methodRecords'

const fixture = (name: string): unknown => JSON.parse(readFileSync(resolve('test/fixtures/oracles', name), 'utf8'))
const problems = (content: unknown, table = methodOf) =>
  checkFile(content, table).flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]))
const record = { inputs: { id: 'X', jacobian: [[1, 0]], losses: [1] } }

describe('oracles', () => {
  for (const [file, least] of [
    ['aggregators.json', 115],
    ['grouping.json', 2],
    ['toy.json', 25],
  ] as const)
    it(`of ${file} all pass`, () => {
      const verdicts = checkFile(fixture(file), methodOf)
      assert.ok(verdicts.length >= least, `${verdicts.length} records`)
      assert.deepEqual(
        verdicts.filter(({ problem }) => problem !== undefined),
        [],
      )
    })

  it('fail where a method of the table is broken', () => {
    const file = fixture('aggregators.json')
    for (const broken of methods.filter(({ kind }) => Object.values(mappings).some(mapping => mapping.kind === kind))) {
      const verdicts = problems(file, kind => {
        if (kind !== broken.kind) return methodOf(kind)
        return {
          ...broken,
          create(context) {
            const method = broken.create(context)
            return {
              ...method,
              weights(step) {
                const answer = method.weights(step)
                const bent = { ...answer, shared: answer.shared.map(w => w * 1.001) }
                return answer.direction ? { ...bent, direction: answer.direction.map(d => d * 1.001) } : bent
              },
            }
          },
        }
      })
      const silent = ['si', 'gradNorm'] // no record of SI; GradNorm's compare the step of its weights
      assert.equal(verdicts.length > 0, !silent.includes(broken.kind), broken.kind)
    }
  })

  it('fail where a method of the table is missing', () => {
    assert.ok(problems(fixture('aggregators.json'), kind => (kind === 'mgda' ? undefined : methodOf(kind))).length > 0)
  })

  it('fail for what is not known', () => {
    const unknown = { ...record, records: [{ method: 'NoSuch', hyperparameters: {}, compare: ['weights'], weights: [1] }] }
    assert.equal(problems({ cases: [unknown] }).length, 1)
    assert.equal(problems({ cases: [{ ...record, records: [], diagnostics: { no_such: 1 } }] }).length, 1)
    assert.equal(problems({ cases: [{ ...record, no_such: [] }] }).length, 1)
    assert.equal(problems({ no_such: [] }).length, 1)
    assert.equal(problems([]).length, 1)
    const field = { ...record, records: [{ method: 'sum', compare: ['no_such'], no_such: 1 }] }
    assert.equal(problems({ cases: [field] }).length, 1)
  })
  it('fail where they can’t be read, and leave the others be', () => {
    const { inputs } = record
    const sum = { method: 'sum', compare: ['weights'], weights: [1] }
    const good = { inputs, records: [sum] }
    assert.deepEqual(problems({ cases: [good] }), [])
    const bad = (more: object) => ({ ...good, records: [{ ...sum, ...more }] })
    const run = { method: 'ls', scale: 1, init: [0, 0], steps: 1, x: [0, 0], suggested_atol_x: 1 }
    const grouping = { tasks: ['a', 'b'], affinity: [[0, 1], [1, 0]], best: [{ groups_at_most: 1, score: 1 }] } // prettier-ignore
    assert.deepEqual(problems({ runs: [run], points: [], ...grouping }), [])
    const unreadable: object[] = [
      ...[null, 3, {}, { records: [sum] }, { ...good, records: {} }, { ...good, records: [null] }, { ...good, diagnostics: null }],
      ...[null, [], [1, 2], [[1, 0], [1]], [[null]], [['1', 0]], [[]]].map(jacobian => ({ ...good, inputs: { ...inputs, jacobian } })),
      ...[null, [1, 2], ['1']].map(losses => ({ ...good, inputs: { ...inputs, losses } })),
      { ...good, inputs: { ...inputs, jacobian_step2: [[1]] } },
      ...[null, ['1'], [[1]], [1, 1], [Infinity]].map(weights => bad({ weights })),
      ...['x', -1, Infinity].map(atol => bad({ atol, weights: [1] })),
      ...[0, 1.5, '1', 9].map(step => bad({ hyperparameters: { step } })),
      ...['weights', [], [1]].map(compare => bad({ compare })),
      bad({ expect: 'about' }),
      bad({ hyperparameters: 'none' }),
    ].map(item => ({ cases: [item] }))
    const files = [
      ...unreadable,
      ...[null, {}, 'x'].flatMap(list => ['cases', 'recon_conflict_scores', 'runs', 'points', 'best'].map(name => ({ [name]: list }))),
      ...[null, {}, { gradients_by_step_layer_task: [], score_per_layer_for_threshold_S: { 0: [] } }].map(item => ({
        recon_conflict_scores: [item],
      })),
      ...[{ init: [0] }, { x: null }, { steps: 0 }, { scale: null }, { suggested_atol_x: Infinity }].map(more => ({
        runs: [{ ...run, ...more }],
      })),
      ...[{ tasks: ['a'] }, { affinity: [[1], [1, 2]] }, { best: [null] }, { best: [{ groups_at_most: 0, score: 1 }] }].map(more => ({
        ...grouping,
        ...more,
      })),
    ]
    for (const file of files) assert.equal(problems(file).length, 1, JSON.stringify(file))
    const { length } = problems({ cases: [...unreadable.flatMap(({ cases }: { cases?: unknown[] }) => cases ?? []), good] })
    assert.equal(length, unreadable.length)
  })
})
