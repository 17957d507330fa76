import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { probe } from '../../../src/relatedness/probes'
import { projected } from '../../../src/relatedness/projection'

/** Six inputs; tasks a and b use the same direction, c another one, d is noise. */
function rows(count: number, stream: string) {
  const random = Random.seeded(3, stream)
  const width = 6
  const values = Float32Array.from({ length: count * width }, () => random.normal())
  const along = (row: number, weights: readonly number[]) => weights.reduce((sum, w, j) => sum + w * values[row * width + j]!, 0)
  const number = (task: string, f: (row: number) => number) => ({
    task,
    classes: null,
    values: Float64Array.from({ length: count }, (_, row) => f(row)),
  })
  const first = [1, -1, 0.5, 0, 0, 0]
  return {
    inputs: { values, rows: count, width },
    labels: [
      number('a', row => 3 * along(row, first) + 0.1 * random.normal() + 7),
      { task: 'b', classes: ['low', 'high'], values: Float64Array.from({ length: count }, (_, row) => Number(along(row, first) > 0)) },
      number('c', row => along(row, [0, 0, 0, 1, 1, -1]) + 0.1 * random.normal()),
      number('d', () => random.normal()),
      { task: 'e', classes: ['x', 'y'], values: new Float64Array(count).fill(NaN) },
    ],
  }
}

describe('linear probes', () => {
  const { probes, transfer } = probe(rows(2000, 'train'), rows(1000, 'validation'))
  const skill = Object.fromEntries(probes.map(({ task, skill }) => [task, skill]))

  it('tell what a linear model finds in the inputs', () => {
    assert.ok(skill.a! > 0.99 && skill.c! > 0.99, JSON.stringify(skill))
    assert.ok(Math.abs(skill.d!) < 0.02)
    // The sign of a normal variable: a linear model explains 2/π of its variance.
    assert.ok(Math.abs(skill.b! - 2 / Math.PI) < 0.03)
    assert.equal(skill.e, null)
  })

  it('transfer wholly between tasks of one direction, and not at all between others', () => {
    assert.ok(transfer[0]![1]! > 0.97 && transfer[1]![0]! > 0.97)
    assert.ok(transfer[0]![2]! < 0.03 && transfer[2]![0]! < 0.03)
    for (let i = 0; i < 3; i++) assert.ok(Math.abs(transfer[i]![i]! - 1) < 0.01)
  })

  it('say nothing of tasks that nothing is found out about', () => {
    assert.deepEqual(
      transfer.map(row => row[3]),
      [null, null, null, null, null],
    )
    assert.deepEqual(transfer[4], [null, null, null, null, null])
  })

  it('a projection keeps distances', () => {
    const random = Random.seeded(5)
    const wide = { values: Float32Array.from({ length: 2 * 4000 }, () => random.normal()), rows: 2, width: 4000 }
    const distance = ({ values, width }: { values: ArrayLike<number>; width: number }) =>
      Math.sqrt(Array.from({ length: width }, (_, j) => (values[j]! - values[width + j]!) ** 2).reduce((a, b) => a + b, 0))
    const ratio = distance(projected(wide, 256)) / (distance(wide) * 2) // each value goes to four places with signs
    assert.ok(Math.abs(ratio - 1) < 0.15, String(ratio))
    assert.equal(projected(wide, 5000), wide)
  })
})
