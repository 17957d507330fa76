import type { GraphNode, ModelGraph } from '../../src/ir/graph'
import { formatShape } from '../../src/ir/shape'
import { link } from '../ui/controls'
import { html } from '../ui/element'
import { count } from '../ui/format'
import { table, type Cell } from '../ui/table'
import { nodeSummary } from './labels'
import { parameterCount } from '../../src/ir/analysis'
import { makeScene, type Scene } from './scene'

/** The graph as tables, one for each group: the text alternative, in which everything can be reached and copied. */
export function graphList(graph: ModelGraph, reveal: (node: GraphNode) => void): HTMLElement {
  const scene: Scene = makeScene(graph)
  const names = new Map(graph.nodes.map(node => [node.id, node.name]))
  const row = (node: GraphNode, tasks: readonly string[]): Cell[] => {
    const parameters = parameterCount(node.parameters)
    return [
      { content: link(node.name, () => reveal(node)), header: true },
      { content: node.kind },
      { content: nodeSummary(node) },
      { content: node.inputs.map(id => names.get(id) ?? '?').join(', ') },
      { content: formatShape(node.shape) },
      { content: parameters === null ? '?' : count(parameters), numeric: true },
      { content: tasks.join(', ') },
    ]
  }
  const columns = ['name', 'layer', 'options', 'from', 'shape', { content: 'parameters', numeric: true }, 'tasks']
  const section = (title: string, members: Scene['boxes']) =>
    members.length
      ? [
          table(
            title,
            columns,
            members.flatMap(box => ('node' in box.content ? [row(box.content.node, box.tasks)] : [])),
          ),
        ]
      : []
  const outside = scene.boxes.filter(box => box.group === null && 'node' in box.content)
  const inputs = outside.filter(box => box.content.kind === 'input')
  const unused = outside.filter(box => box.content.kind === 'layer')
  return html(
    'div',
    { class: 'list', tabindex: 0, role: 'region', 'aria-label': 'Model graph as tables' },
    ...section('Inputs', inputs),
    ...scene.groups.flatMap(group =>
      section(
        group.title,
        scene.boxes.filter(box => box.group === group.id),
      ),
    ),
    ...section('Used by no task', unused),
  )
}
