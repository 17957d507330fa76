import assert from 'node:assert/strict'
import { boxDescription, boxName, boxText, drawnText, optionSummary, valueText } from '../../../../webview/graph/labels'
import { initializerText } from '../../../../webview/graph/details'
import { makeScene } from '../../../../webview/graph/scene'
import { GraphBuilder, multiFashion, partlyShared, penguins } from '../../../fixtures/panels/graphs'

const box = (graph: ReturnType<typeof penguins>, id: string) => makeScene(graph).boxes.find(candidate => candidate.id === id)!

describe('labels of the graph', () => {
  it('put what makes a layer first and leave out what says nothing', () => {
    assert.equal(optionSummary({ activation: 'relu', bias: true, units: 64 }), '64 · relu')
    assert.equal(
      optionSummary({ kernel: 5, strides: 2, padding: 'valid', activation: 'linear', bias: false, filters: 10 }),
      '10 · 5×5 · stride 2 · no bias',
    )
    assert.equal(optionSummary({ padding: 'valid', size: 2 }), '2×2')
    assert.equal(optionSummary({ rate: 0.1 }), '0.1')
    assert.equal(optionSummary({ function: 'relu' }), 'relu')
    assert.equal(optionSummary({ units: null, activation: 'linear', bias: true }), '')
    assert.equal(optionSummary({ source: 0, numeric: ['a', 'b'], categorical: ['c'] }), '2 numeric, 1 categorical')
    assert.equal(optionSummary({}), '')
  })

  it('read a layer that nobody foresaw', () =>
    assert.equal(optionSummary({ heads: 4, causal: true, dropout: 0.1, bias: true }), '4 · causal · 0.1'))

  it('tell shape and parameters', () => {
    assert.deepEqual(boxText(box(multiFashion(), 'node:conv_2')), {
      title: 'conv2d',
      detail: '20 · 5×5 · relu',
      note: '[8, 8, 20]  ·  5,020 params',
    })
    assert.deepEqual(boxText(box(penguins(), 'node:measurements')), {
      title: 'measurements',
      detail: '3 numeric, 1 categorical',
      note: '[6]',
    })
    assert.deepEqual(boxText(box(penguins(), 'task:mass')), { title: 'mass', detail: 'regression', note: 'label mass  ·  weight 0.5' })
  })

  it('draw a long name without its middle, and say it whole', () => {
    const b = new GraphBuilder('long.mtl.ts')
    b.task('days_until_the_next_purchase_of_anything', 'regression', b.input('x', [4]))
    const long = box(b.build(), 'task:days_until_the_next_purchase_of_anything')
    assert.equal(drawnText(long).title, 'days_until_the…e_of_anything')
    assert.equal(drawnText(long).note, 'label days_unt…e_of_anything')
    assert.ok(boxName(long).startsWith('days_until_the_next_purchase_of_anything regression'))
  })

  it('describe a box in one sentence', () => {
    assert.equal(
      boxDescription(box(partlyShared(), 'node:encoder_2')),
      'dense 48 · gelu, named encoder_2, shape [48], 1,200 parameters, weights shared by 2 applications, used by speed, heading, surface, fault',
    )
    assert.match(boxDescription(box(partlyShared(), 'node:forgotten')), /used by no task$/)
    assert.equal(boxDescription(box(penguins(), 'task:species')), 'Task species, classification, label species, 3 classes')
  })

  it('name a box by what stands in it, then by what is seen only', () => {
    assert.equal(
      boxName(box(partlyShared(), 'node:encoder_2')),
      'dense 48 · gelu [48]  ·  1,200 params 2 applications share its weights, named encoder_2, used by speed, heading, surface, fault',
    )
    assert.equal(boxName(box(penguins(), 'task:species')), 'species classification label species  ·  3 classes, task')
  })

  it('write values of options', () => {
    assert.equal(valueText(['a', 'b']), 'a, b')
    assert.equal(valueText(null), '')
    assert.equal(valueText({ a: 1 }), '{"a":1}')
  })

  it('name initializers after their authors', () => {
    const variance = (scale: number, fan: 'in' | 'average') =>
      ({ kind: 'variance', scale, fan, distribution: 'normal', fanIn: 1, fanOut: 1 }) as const
    assert.deepEqual([variance(2, 'in'), variance(1, 'average'), variance(3, 'in'), { kind: 'zeros' } as const].map(initializerText), [
      'He normal',
      'Glorot normal',
      'variance 3/fan in normal',
      'zeros',
    ])
  })
})
