import assert from 'node:assert/strict'
import { makeScene } from '../../../../webview/graph/scene'
import { closedAtFirst } from '../../../../webview/graph/collapse'
import { GraphBuilder, large, partlyShared, penguins, residual } from '../../../fixtures/panels/graphs'

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

  it('counts the tasks that share a part where their names would be too long', () => {
    const b = new GraphBuilder('many.mtl.ts')
    const trunk = b.dense('trunk', b.input('x', [4]), 8)
    const half = b.dense('half', trunk, 8)
    for (let i = 1; i <= 5; i++) b.task(`a_task_with_a_long_name_${i}`, 'regression', i < 4 ? half : trunk)
    assert.equal(groupsOf(b.build())[1]![0], 'Shared by 3 of 5 tasks')
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
      groups.map(group => group.state === 'closed'),
      [true, true, false, false],
    )
  })

  it('calls what the only task uses its head', () => {
    const b = new GraphBuilder('x.mtl.ts')
    b.task('only', 'regression', b.dense('d', b.input('x', [3]), 4))
    assert.deepEqual(groupsOf(b.build()), [['Head only', ['d', 'only.output']]])
  })

  it('puts blocks into the parts that they belong to, one in another', () => {
    const { groups, boxes } = makeScene(residual(2), new Set(['group:trunk/encoder/residual', 'group:left/head']))
    assert.deepEqual(
      groups.map(({ id, parent, state, nodes }) => [id, parent, state, nodes.length]),
      [
        ['group:trunk', null, 'open', 7],
        ['group:trunk/encoder', 'group:trunk', 'open', 7],
        ['group:trunk/encoder/residual', 'group:trunk/encoder', 'closed', 3],
        ['group:trunk/encoder/residual_2', 'group:trunk/encoder', 'open', 3],
        ['group:left', null, 'open', 3],
        ['group:left/head', 'group:left', 'closed', 2],
        ['group:right', null, 'open', 3],
        ['group:right/head_2', 'group:right', 'open', 2],
      ],
    )
    assert.equal(boxes.find(box => box.id === 'group:trunk/encoder/residual')?.group, 'group:trunk/encoder')
  })

  it('hides what lies within a closed group, blocks that are closed themselves included', () => {
    const { groups, boxes, edges } = makeScene(residual(2), new Set(['group:trunk', 'group:trunk/encoder/residual']))
    assert.deepEqual(
      groups.filter(({ state }) => state === 'hidden').map(({ title }) => title),
      ['encoder', 'residual', 'residual_2'],
    )
    assert.ok(!boxes.some(({ id }) => id.startsWith('group:trunk/')))
    assert.deepEqual(
      edges.slice(0, 2).map(({ from, to }) => [from, to]),
      [
        ['node:image', 'group:trunk'],
        ['group:trunk', 'node:left_1'],
      ],
    )
  })

  it('divides a block whose tensors serve different tasks, and keeps values learnt within it', () => {
    const b = new GraphBuilder('x.mtl.ts')
    const x = b.input('x', [4])
    const [both, side] = b.block('split', () => {
      const h = b.add('scaled', [b.dense('h', x, 4), b.input('scale', [4], {}, 'parameter')])
      return [h, b.dense('side', h, 2)]
    })
    b.task('a', 'regression', both)
    b.task('c', 'regression', side)
    b.block('spare', () => b.dense('unused', x, 3))
    const { groups } = makeScene(b.build())
    assert.deepEqual(
      groups.filter(({ kind }) => kind === 'block').map(({ id, parent, nodes }) => [id, parent, nodes.map(({ name }) => name)]),
      [
        ['group:trunk/split', 'group:trunk', ['h', 'scale', 'scaled']],
        ['group:c/split', 'group:c', ['side']],
        ['group:/spare', null, ['unused']],
      ],
    )
  })

  it('closes no more than it takes to have a thousand boxes', () => {
    assert.deepEqual(closedAtFirst(residual(300)), new Set())
    const repeated = closedAtFirst(residual(400))
    // The blocks of the heads have one name too.
    assert.equal(repeated.size, 402)
    assert.ok(!repeated.has('group:trunk/encoder'))
    assert.ok(closedAtFirst(residual(1200)).has('group:trunk/encoder'))
    assert.deepEqual([...closedAtFirst(large(1200, 2))].sort(), ['group:task_0', 'group:task_1', 'group:trunk'])
  })
})
