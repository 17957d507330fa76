import assert from 'node:assert/strict'
import { linearCka } from '../../../../src/conflict/cka'
import { commonLayers } from '../../../../src/training/affinity/sharedLayers'
import { trunkSimilarity } from '../../../../src/training/affinity/similarity'
import { penguinsGraph } from '../penguins'

/** A model whose layers give two features that depend on the row in the source alone. */
const modelOf = (from: number, to: number, features: (row: number) => [number, number]) => {
  const rows = Int32Array.from({ length: to - from }, (_, k) => from + k)
  return { rows, outputs: (_: string, places: Int32Array) => Float32Array.from([...places].flatMap(place => features(rows[place]!))) }
}

describe('similarity of trunks', () => {
  const graph = penguinsGraph()
  const [one, other] = [(row: number): [number, number] => [row % 7, row % 5], (row: number): [number, number] => [row % 7, row % 3]]

  it('is that of the rows that both tasks have, whatever their places in the splits', async () => {
    const models = new Map([
      ['species', modelOf(0, 40, one)],
      ['sex', modelOf(10, 50, other)],
      ['mass', modelOf(45, 90, one)],
    ])
    const { last, layers, apart } = await trunkSimilarity(graph, models, async () => {})
    const both = Array.from({ length: 30 }, (_, k) => 10 + k)
    const expected = linearCka(both.flatMap(one), both.flatMap(other), 30)!
    assert.ok(Math.abs(last[0]![1]! - expected) < 1e-6 && last[0]![1] === last[1]![0])
    assert.deepEqual([last[0]![0], last[0]![2], last[1]![2]], [1, null, null])
    assert.deepEqual([...layers.keys()], ['trunk', 'norm'])
    assert.deepEqual(apart, [
      { pair: ['species', 'mass'], why: 'no rows' },
      { pair: ['sex', 'mass'], why: 'no rows' },
    ])
  })

  it('is at layers with weights that both use, and at the last node of their trunk', () => {
    const { layers, last } = commonLayers(graph, 'species', 'mass')!
    assert.deepEqual([layers.map(({ name }) => name), last.kind], [['trunk', 'norm'], 'dropout'])
  })
})
