import assert from 'node:assert/strict'
import { graphText, isFirstUse, obstaclesToTraining, parameterCounts, parts, sameGraph, tasksByNode } from '../../../src/ir/analysis'
import type { GraphNode, GraphTask, ModelGraph, ParameterSpec } from '../../../src/ir/graph'

const span = (start: number) => ({ file: 'm.mtl.ts', start, end: start + 1 })
const kernel = (...shape: number[]): ParameterSpec => ({ name: 'kernel', shape, initializer: { kind: 'zeros' } })

function node(id: number, inputs: number[], more: Partial<GraphNode> = {}): GraphNode {
  return {
    id,
    kind: 'dense',
    name: `n${id}`,
    layer: id,
    inputs,
    options: {},
    shape: [4],
    parameters: [kernel(3, 4)],
    span: span(id),
    use: null,
    via: [],
    ...more,
  }
}

function task(name: string, output: number, more: Partial<GraphTask> = {}): GraphTask {
  return {
    name,
    kind: 'classification',
    features: output - 1,
    output,
    label: { source: 0, column: name, span: null },
    options: {},
    weight: 1,
    classes: null,
    span: null,
    keySpan: null,
    ...more,
  }
}

function graph(nodes: GraphNode[], tasks: GraphTask[], at = 0): ModelGraph {
  const choice = { kind: 'adam', options: {}, span: span(at) }
  return {
    file: 'm.mtl.ts',
    nodes,
    tasks,
    sources: [],
    training: { optimizer: choice, weighting: choice, epochs: 1, batchSize: 1, seed: 0, earlyStopping: null, spans: { epochs: span(at) } },
    span: span(at),
  }
}

// 0 → 1 → 2 (a), 1 → 3 (b), 4 unused
const sharing = graph(
  [node(0, [], { kind: 'features', parameters: [] }), node(1, [0]), node(2, [1]), node(3, [1]), node(4, [0])],
  [task('a', 2), task('b', 3)],
)

describe('analysis of a graph', () => {
  it('finds the tasks that use each node, and from that trunk, heads and what is unused', () => {
    assert.deepEqual([...tasksByNode(sharing).values()], [['a', 'b'], ['a', 'b'], ['a'], ['b'], []])
    assert.deepEqual([...parts(sharing).values()], ['trunk', 'trunk', 'head', 'head', 'unused'])
  })

  it('walks graphs of many paths once', () => {
    const nodes = [node(0, [])]
    for (let id = 1; id < 60; id++) nodes.push(node(id, [id - 1, id - 1]))
    assert.equal(tasksByNode(graph(nodes, [task('a', 59)])).get(0)!.length, 1)
  })

  it('counts the weights of a shared layer once', () => {
    const shared = graph(
      [node(0, [], { parameters: [] }), node(1, [0], { layer: 7 }), node(2, [1], { layer: 7 }), node(3, [2])],
      [task('a', 3)],
    )
    const counts = parameterCounts(shared)
    assert.deepEqual([...counts.byNode.values()], [0, 12, 0, 12])
    assert.equal(counts.total, 24)
    assert.deepEqual(
      shared.nodes.map(n => isFirstUse(shared, n)),
      [true, true, false, true],
    )
  })

  it('does not know a total while a shape is unknown', () => {
    const unknown = graph([node(0, [], { parameters: [{ ...kernel(), shape: null }] }), node(1, [0])], [task('a', 1)])
    assert.equal(parameterCounts(unknown).total, null)
    assert.equal(parameterCounts(unknown).byNode.get(1), 12)
  })

  it('compares graphs by what they mean', () => {
    const moved = graph(
      sharing.nodes.map(n => ({ ...n, span: span(n.id + 100), use: span(3), via: [span(1)] })),
      sharing.tasks.map(t => ({ ...t, keySpan: span(9) })),
      50,
    )
    assert.ok(sameGraph(sharing, moved))
    assert.ok(
      !sameGraph(
        sharing,
        graph(
          sharing.nodes.map(n => ({ ...n, shape: [5] })),
          [...sharing.tasks],
        ),
      ),
    )
    assert.ok(!sameGraph(sharing, graph([...sharing.nodes], [sharing.tasks[0]!])))
  })

  it('keeps options that are named like places, and does not depend on the order of keys', () => {
    const one = graph([node(0, [], { options: { use: 1, span: 2 } })], [])
    assert.ok(graphText(one).includes('"options":{"span":2,"use":1}'))
    assert.ok(sameGraph(one, graph([node(0, [], { options: { span: 2, use: 1 } })], [])))
    assert.ok(!sameGraph(one, graph([node(0, [], { options: { span: 2, use: 2 } })], [])))
  })

  it('says why a model can not be trained', () => {
    const free = graph(
      [node(0, [], { kind: 'input', name: 'image', options: { source: null } }), node(1, [0])],
      [task('a', 1, { label: null })],
    )
    assert.deepEqual(
      obstaclesToTraining(free).map(o => o.message),
      ["the input 'image' has no data: name its npz file by { from: … }", "the task 'a' has no label"],
    )
    assert.deepEqual(obstaclesToTraining(sharing), [])
    const unknown = graph([node(0, [], { kind: 'features', shape: [null], parameters: [] }), node(1, [0])], [task('a', 1)])
    assert.deepEqual(
      obstaclesToTraining(unknown).map(o => o.node),
      [0],
    )
    assert.equal(obstaclesToTraining(graph([], []))[0]!.message, 'the model has no tasks')
  })
})
