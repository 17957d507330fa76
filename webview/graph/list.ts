import type { GraphNode, ModelGraph } from '../../src/ir/graph'
import { formatShape } from '../../src/ir/shape'
import { link } from '../ui/controls'
import { html } from '../ui/element'
import { count, plural } from '../ui/format'
import { table, type Cell } from '../ui/table'
import { nodeSummary } from './labels'
import { parameterCount } from '../../src/ir/analysis'
import type { Group } from './groups'
import { makeScene, type Box } from './scene'

export interface ListEvents {
  reveal(node: GraphNode): void
  toggle(block: string, closed: boolean): void
}

/**
 * The graph as tables, one for the trunk and each head: the text alternative, in which everything can be reached and copied.
 * A block is a row of its own with what is in it below, indented; it opens and closes as in the drawing.
 */
export function graphList(graph: ModelGraph, closed: ReadonlySet<string>, events: ListEvents): HTMLElement {
  // Trunk and heads are tables of their own, whether the drawing shows them open or not.
  const closable = makeScene(graph).groups.filter(({ kind, id }) => kind === 'block' && closed.has(id))
  const scene = makeScene(graph, new Set(closable.map(({ id }) => id)))
  const blocks = scene.groups.filter(({ kind }) => kind === 'block')
  const names = new Map(graph.nodes.map(node => [node.id, node.name]))
  const from = (nodes: readonly GraphNode[]) => {
    const own = new Set(nodes.map(({ id }) => id))
    const sources = new Set(nodes.flatMap(({ inputs }) => inputs).filter(id => !own.has(id)))
    return [...sources].map(id => names.get(id) ?? '?').join(', ')
  }
  const sized = (parameters: number | null): Cell => ({ content: parameters === null ? '?' : count(parameters), numeric: true })
  /** Many names in each row would hide the rest. */
  const users = (tasks: readonly string[]) =>
    tasks.length > 3 && tasks.length === graph.tasks.length ? `all ${tasks.length}` : tasks.join(', ')
  const layer = (node: GraphNode, tasks: readonly string[], depth: number): Cell[] => [
    {
      content: indented(
        link(node.name, () => events.reveal(node)),
        depth,
      ),
      header: true,
    },
    { content: node.kind },
    { content: nodeSummary(node) },
    { content: node.inputs.map(id => names.get(id) ?? '?').join(', ') },
    { content: formatShape(node.shape) },
    sized(parameterCount(node.parameters)),
    { content: users(tasks) },
  ]
  const block = ({ id, title, nodes, tasks, parameters, state }: Group, depth: number): Cell[] => {
    const open = state === 'open'
    const toggle = link(`${open ? '▾' : '▸'} ${title}`, () => events.toggle(id, open))
    toggle.setAttribute('aria-expanded', String(open))
    toggle.dataset.block = id
    return [
      { content: indented(toggle, depth), header: true },
      { content: 'block' },
      { content: plural(nodes.length, 'layer') },
      { content: from(nodes) },
      { content: formatShape(nodes.at(-1)!.shape) },
      sized(parameters),
      { content: users(tasks) },
    ]
  }
  /** Layers and blocks directly in a group, in source order. */
  const rows = (group: string | null, depth: number, kinds: readonly Box['content']['kind'][]): Cell[][] => {
    const layers = scene.boxes.flatMap(({ content, tasks, group: own }) =>
      'node' in content && own === group && kinds.includes(content.kind)
        ? [{ at: content.node.id, rows: () => [layer(content.node, tasks, depth)] }]
        : [],
    )
    const inner = blocks.filter(({ parent }) => parent === group && kinds.includes('group'))
    return [
      ...layers,
      ...inner.map(b => ({ at: b.nodes[0]!.id, rows: () => [block(b, depth), ...(b.state === 'open' ? all(b.id, depth + 1) : [])] })),
    ]
      .sort((a, b) => a.at - b.at)
      .flatMap(made => made.rows())
  }
  const all = (group: string, depth: number) => rows(group, depth, ['input', 'layer', 'group'])
  const columns = ['name', 'layer', 'options', 'from', 'shape', { content: 'parameters', numeric: true }, 'tasks']
  const section = (title: string, rows: readonly Cell[][]) => (rows.length ? [table(title, columns, rows)] : [])
  return html(
    'div',
    { class: 'list', tabindex: 0, role: 'region', 'aria-label': 'Model graph as tables' },
    ...section('Inputs', rows(null, 0, ['input'])),
    ...scene.groups.filter(({ kind }) => kind !== 'block').flatMap(group => section(group.title, all(group.id, 0))),
    ...section('Used by no task', rows(null, 0, ['layer', 'group'])),
  )
}

/** In steps of 16 pixels, as trees are in VS Code. */
function indented(element: HTMLElement, depth: number): HTMLElement {
  element.style.marginLeft = `${16 * depth}px`
  return element
}
