import assert from 'node:assert/strict'
import { makeScene } from '../../../../webview/graph/scene'
import { GraphBuilder, partlyShared, penguins } from '../../../fixtures/panels/graphs'

const groupsOf = (graph = partlyShared()) => makeScene(graph).groups.map(({ title, nodes }) => [title, nodes.map(node => node.name)])

describe('scene of a graph', () => {
  it('groups nodes by the tasks that use them', () => {
    assert.deepEqual(groupsOf(), [
      ['Trunk', ['encoder', 'encoder_2', 'both', 'trunk']],
      ['Shared by speed, heading', ['motion']],
      ['Head speed', ['speed.output']],
      ['Head heading', ['heading_in', 'heading.output']],
      ['Head surface', ['surface_1', 'surface.output']],
      ['Head fault', ['fault.output']],
    ])
  })

  it('leaves inputs, tasks and unused nodes outside of groups', () => {
    const outside = makeScene(partlyShared()).boxes.filter(box => box.group === null)
    assert.deepEqual(
      outside.map(box => [box.id, box.content.kind, box.tasks.length]),
      [
        ['node:left_sensor', 'input', 4],
        ['node:right_sensor', 'input', 4],
        ['node:forgotten', 'layer', 0],
        ['task:speed', 'task', 1],
        ['task:heading', 'task', 1],
        ['task:surface', 'task', 1],
        ['task:fault', 'task', 1],
      ],
    )
  })

  it('counts the weights of a layer applied twice once', () => {
    const scene = makeScene(partlyShared())
    assert.equal(scene.groups[0]!.parameters, 24 * 48 + 48 + (96 * 64 + 64))
    const shared = scene.boxes.filter(box => 'applications' in box.content && box.content.applications > 1)
    assert.deepEqual(
      shared.map(box => box.id),
      ['node:encoder', 'node:encoder_2'],
    )
  })

  it('says that a count is unknown where a shape is', () => {
    const b = new GraphBuilder('x.mtl.ts')
    b.task('t', 'regression', b.dense('d', b.input('x', null), 4))
    assert.equal(makeScene(b.build()).groups[0]!.parameters, null)
  })

  it('keeps the order of inputs on edges', () => {
    const edges = makeScene(partlyShared()).edges.filter(edge => edge.to === 'node:heading_in')
    assert.deepEqual(
      edges.map(edge => [edge.from, edge.input, edge.shape, edge.tasks]),
      [
        ['node:motion', 0, [32], ['heading']],
        ['node:encoder_2', 1, [48], ['heading']],
      ],
    )
  })

  it('draws a collapsed group as one box with one edge from each neighbour', () => {
    const { boxes, edges, groups } = makeScene(penguins(), new Set(['group:trunk', 'group:species']))
    assert.deepEqual(
      boxes.filter(box => box.content.kind === 'group').map(box => box.id),
      ['group:trunk', 'group:species'],
    )
    assert.ok(!boxes.some(box => box.id === 'node:trunk'))
    assert.deepEqual(
      edges.map(edge => `${edge.from} ${edge.to}`),
      [
        'node:measurements group:trunk',
        'group:trunk group:species',
        'group:trunk node:sex.output',
        'group:trunk node:mass.output',
        'group:species task:species',
        'node:sex.output task:sex',
        'node:mass.output task:mass',
      ],
    )
    assert.deepEqual(
      groups.map(group => group.collapsed),
      [true, true, false, false],
    )
  })

  it('calls what the only task uses its head', () => {
    const b = new GraphBuilder('x.mtl.ts')
    b.task('only', 'regression', b.dense('d', b.input('x', [3]), 4))
    assert.deepEqual(groupsOf(b.build()), [['Head only', ['d', 'only.output']]])
  })
})
