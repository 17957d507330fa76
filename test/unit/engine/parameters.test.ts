import assert from 'node:assert/strict'
import { Random } from '../../../src/base/random'
import { layOut } from '../../../src/engine/onnx/layout'
import { initialize } from '../../../src/engine/initialize'
import { parametersOf } from '../../../src/engine/parameters'
import { EngineError } from '../../../src/engine/engine'
import { GraphBuilder } from '../../fixtures/models/graphBuilder'
import { smallModels } from '../../fixtures/models/small'

describe('parametersOf', () => {
  it('finds which tasks use each layer, once per layer object', () => {
    const users = Object.fromEntries(parametersOf(smallModels.branching!()).map(p => [p.name, p.tasks]))
    assert.deepEqual(users['root/kernel'], [0, 1, 2])
    assert.deepEqual(users['twin/bias'], [0, 1, 2])
    assert.deepEqual(users['branch/kernel'], [0, 1])
    assert.deepEqual(users['own/kernel'], [2])
    assert.deepEqual(users['three.output/kernel'], [2])
    assert.equal(Object.keys(users).filter(name => name.startsWith('twin')).length, 2)
  })

  it('leaves out layers that no task depends on', () => {
    const g = new GraphBuilder()
    const x = g.input('x', [3])
    g.layer('dense', x, { units: 2 }, 'unused')
    g.task('t', 'regression', x)
    assert.deepEqual(
      parametersOf(g.build()).map(p => p.layer),
      ['t.output', 't.output'],
    )
  })

  it('refuses shapes that are not known', () => {
    const graph = smallModels.mlp!()
    const nodes = graph.nodes.map(node => ({ ...node, parameters: node.parameters.map(p => ({ ...p, shape: null })) }))
    assert.throws(
      () => parametersOf({ ...graph, nodes }),
      (error: Error) => error instanceof EngineError && /a\/kernel/.test(error.message),
    )
  })
})

describe('layOut', () => {
  it('puts shared parameters first, layers and groups together, everything aligned', () => {
    const { places, layers, groups, shared, total } = layOut(parametersOf(smallModels.branching!()))
    assert.deepEqual(
      layers.map(l => l.name),
      ['root', 'twin', 'branch'],
    )
    assert.deepEqual(
      groups.map(g => g.tasks.join()),
      ['0,1,2', '0,1', '2', '0', '1'],
    )
    assert.ok(places.every(p => p.start % 4 === 0))
    assert.equal(
      groups.reduce((n, g) => n + g.length, 0),
      total,
    )
    assert.equal(
      layers.reduce((n, l) => n + l.length, 0),
      shared,
    )
    groups.reduce((end, group) => (assert.equal(group.start, end), group.start + group.length), 0)
  })
})

describe('initialize', () => {
  const draw = (distribution: 'normal' | 'uniform') => {
    const values = new Float32Array(20000)
    initialize(values, [30, 10], { kind: 'variance', scale: 2, fan: 'average', distribution, fanIn: 30, fanOut: 10 }, Random.seeded(1))
    return values
  }
  for (const distribution of ['normal', 'uniform'] as const) {
    it(`draws ${distribution} values of the asked variance`, () => {
      const values = draw(distribution)
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length
      assert.ok(Math.abs(mean) < 0.01)
      assert.ok(Math.abs(variance - 0.1) < 0.005, String(variance))
    })
  }
  it('keeps uniform values within √(3·variance)', () => {
    assert.ok(draw('uniform').every(v => Math.abs(v) <= Math.sqrt(0.3) + 1e-6))
  })

  it('sets constants', () => {
    const values = new Float32Array(6)
    initialize(values, [2, 3], { kind: 'constant', value: 0.5 }, Random.seeded(1))
    assert.deepEqual([...values], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
  })

  for (const shape of [
    [5, 12],
    [12, 5],
    [6, 3, 2, 2],
    [16, 2, 1, 3],
    [7, 7],
  ]) {
    it(`makes the fewer of rows and columns orthonormal: [${shape.join()}]`, () => {
      const rows = shape[0]!
      const columns = shape.slice(1).reduce((n, d) => n * d, 1)
      const values = new Float32Array(rows * columns)
      initialize(values, shape, { kind: 'orthogonal' }, Random.seeded(3))
      const wide = rows <= columns
      const [count, length] = wide ? [rows, columns] : [columns, rows]
      const at = (v: number, i: number) => values[wide ? v * columns + i : i * columns + v]!
      for (let v = 0; v < count; v++)
        for (let w = 0; w < count; w++) {
          const product = Array.from({ length }, (_, i) => at(v, i) * at(w, i)).reduce((a, b) => a + b)
          assert.ok(Math.abs(product - (v === w ? 1 : 0)) < 1e-6)
        }
    })
  }
})
