import assert from 'node:assert/strict'
import { nodeAt, type Placement } from '../../../../src/extension/panels/nodeAtCursor'
import type { GraphNode, GraphTask, ModelGraph } from '../../../../src/ir/graph'
import type { Span } from '../../../../src/ir/span'

const span = (start: number, end: number): Span => ({ file: 'a.mtl.ts', start, end })
const node = (id: number, own: Span | null, use: Span | null = null) => ({ id, span: own, use }) as unknown as GraphNode
const task = (output: number, keySpan: Span) => ({ output, keySpan, span: null }) as unknown as GraphTask
const graph = (nodes: GraphNode[], tasks: GraphTask[] = []) => ({ nodes, tasks }) as unknown as ModelGraph
const asWritten: Placement = place => place ?? undefined

describe('nodeAt', () => {
  // x.pipe(dense(8), dense(4))
  const piped = graph([node(0, span(7, 15), span(0, 26)), node(1, span(17, 25), span(0, 26))], [task(1, span(40, 47))])

  it('finds the smallest call around the cursor', () => {
    assert.equal(nodeAt(piped, asWritten, 9, { start: 0, end: 26 }), 0)
    assert.equal(nodeAt(piped, asWritten, 20, { start: 0, end: 26 }), 1)
  })

  it('finds the first call of the line where the cursor is in none', () => {
    assert.equal(nodeAt(graph([node(3, span(60, 70)), node(4, span(50, 55))]), asWritten, 42, { start: 40, end: 80 }), 4)
  })

  it('takes a task’s key for its output', () => {
    assert.equal(nodeAt(piped, asWritten, 43, { start: 38, end: 60 }), 1)
  })

  it('finds nothing on other lines, nor by spans that were typed away', () => {
    assert.equal(nodeAt(piped, asWritten, 90, { start: 85, end: 99 }), null)
    assert.equal(
      nodeAt(piped, () => undefined, 9, { start: 0, end: 26 }),
      null,
    )
  })
})
