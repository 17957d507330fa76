import assert from 'node:assert/strict'
import { annotate, details, parameterCount } from '../../../../src/extension/editor/annotations'
import type { GraphNode, ModelGraph } from '../../../../src/ir/graph'
import type { Span } from '../../../../src/ir/span'

const span = (start: number, end: number): Span => ({ file: 'a.mtl.ts', start, end })

function denseNode(id: number, given: Partial<GraphNode>): GraphNode {
  const initializer = { kind: 'zeros' } as const
  return {
    id,
    kind: 'dense',
    name: `dense_${id}`,
    layer: id,
    inputs: id > 0 ? [id - 1] : [],
    options: {},
    shape: [8],
    parameters: [
      { name: 'kernel', shape: [1000, 8], initializer },
      { name: 'bias', shape: [8], initializer },
    ],
    span: null,
    use: null,
    via: [],
    ...given,
  }
}

function graph(nodes: readonly GraphNode[]): ModelGraph {
  const choice = { kind: 'equal', options: {}, span: null }
  const training = { optimizer: choice, weighting: choice, epochs: 1, batchSize: 1, seed: 1, earlyStopping: null, spans: {} }
  return { file: 'a.mtl.ts', nodes, tasks: [], sources: [], training, span: null }
}

describe('annotations', () => {
  it('a layer made in a pipe is annotated at its own call', () => {
    const [one] = annotate(graph([denseNode(0, { span: span(20, 30), use: span(10, 40) })]))
    assert.deepEqual(one!.span, span(20, 30))
    assert.equal(one!.shape, '[8]')
    assert.equal(one!.parameters, '8,008 params')
  })

  it('a layer made elsewhere is annotated where it is applied, each application with its own shape', () => {
    const shared = { layer: 7, span: span(0, 8) }
    const applied = graph([denseNode(0, { ...shared, use: span(20, 24), shape: [4, 8] }), denseNode(1, { ...shared, use: span(30, 34) })])
    const found = annotate(applied)
    assert.deepEqual(
      found.map(a => [a.span.start, a.shape]),
      [
        [20, '[4, 8]'],
        [30, '[8]'],
      ],
    )
    assert.match(details(found[0]!, applied), /shared with dense_1/)
  })

  it('several nodes of one call are put into one hint, their weights added up', () => {
    const [loop] = annotate(
      graph([denseNode(0, { span: span(5, 9) }), denseNode(1, { span: span(5, 9) }), denseNode(2, { span: span(5, 9) })]),
    )
    assert.equal(loop!.shape, '[8] ×3')
    assert.equal(loop!.parameters, '24,024 params')
    const [growing] = annotate(graph([denseNode(0, { span: span(5, 9), shape: [2] }), denseNode(1, { span: span(5, 9), shape: [4] })]))
    assert.equal(growing!.shape, '[2] … [4]')
  })

  it('counts the weights of a layer once, however often it is applied', () => {
    assert.equal(parameterCount([denseNode(0, { layer: 3 }), denseNode(1, { layer: 3 })]), 8008)
  })

  it('says that a number is not known, and nothing where there are no weights', () => {
    const initializer = { kind: 'zeros' } as const
    const unknown = denseNode(0, { span: span(1, 2), shape: [null, 8], parameters: [{ name: 'kernel', shape: null, initializer }] })
    assert.deepEqual([annotate(graph([unknown]))[0]!.shape, annotate(graph([unknown]))[0]!.parameters], ['[?, 8]', '? params'])
    assert.equal(annotate(graph([denseNode(0, { span: span(1, 2), parameters: [] })]))[0]!.parameters, '')
  })

  it('leaves out calls that stand in another file', () => {
    assert.deepEqual(annotate(graph([denseNode(0, { span: { file: 'block.ts', start: 0, end: 4 } })])), [])
  })
})
