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
})
