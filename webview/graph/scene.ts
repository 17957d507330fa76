import type { DataSource, GraphNode, GraphTask, ModelGraph } from '../../src/ir/graph'
import type { Shape } from '../../src/ir/shape'
import { parameterCounts, tasksByNode } from '../../src/ir/analysis'

/** What is drawn, before sizes and places: pure data made from the graph and the set of collapsed groups. */
export interface Scene {
  readonly groups: readonly Group[]
  readonly boxes: readonly Box[]
  readonly edges: readonly Edge[]
  readonly tasks: readonly GraphTask[]
  readonly sources: readonly DataSource[]
}

/** The trunk, a part shared by some of the tasks, or the head of one task. */
export interface Group {
  readonly id: string
  readonly title: string
  readonly kind: 'trunk' | 'shared' | 'head'
  readonly tasks: readonly string[]
  readonly nodes: readonly GraphNode[]
  /** Learnt numbers in the group; null where a shape is unknown. A layer applied in several groups counts where it is applied first. */
  readonly parameters: number | null
  readonly collapsed: boolean
}

export interface Box {
  /** Stable under edits elsewhere: made from the node's or task's name. */
  readonly id: string
  readonly group: string | null
  readonly tasks: readonly string[]
  readonly content:
    | {
        readonly kind: 'input' | 'layer'
        readonly node: GraphNode
        /** Applications of its layer, this one included. */ readonly applications: number
      }
    | { readonly kind: 'task'; readonly task: GraphTask }
    | { readonly kind: 'group'; readonly group: Group }
}

export interface Edge {
  readonly id: string
  readonly from: string
  readonly to: string
  /** Place among the target's inputs: the order matters for `concat`. */
  readonly input: number
  readonly shape: Shape
  /** The tasks that both ends serve. */
  readonly tasks: readonly string[]
}

/** Nodes without a layer of their own that bring data in. */
const isInput = (node: GraphNode): boolean => node.inputs.length === 0

export const nodeId = (node: GraphNode): string => `node:${node.name}`
export const taskId = (task: GraphTask): string => `task:${task.name}`

/** @param collapsed ids of groups drawn as one box */
export function makeScene(graph: ModelGraph, collapsed: ReadonlySet<string> = new Set()): Scene {
  const users = tasksByNode(graph)
  const groups = makeGroups(graph, users, collapsed)
  const groupOf = new Map<number, Group>(groups.flatMap(group => group.nodes.map(node => [node.id, group] as const)))
  const applications = new Map<number, number>()
  for (const node of graph.nodes) applications.set(node.layer, (applications.get(node.layer) ?? 0) + 1)

  const boxOf = (node: GraphNode): string => {
    const group = groupOf.get(node.id)
    return group?.collapsed ? group.id : nodeId(node)
  }
  const boxes: Box[] = []
  for (const group of groups) {
    if (group.collapsed) boxes.push({ id: group.id, group: null, tasks: group.tasks, content: { kind: 'group', group } })
  }
  for (const node of graph.nodes) {
    const group = groupOf.get(node.id)
    if (group?.collapsed) continue
    const kind = isInput(node) ? 'input' : 'layer'
    boxes.push({
      id: nodeId(node),
      group: group?.id ?? null,
      tasks: users.get(node.id)!,
      content: { kind, node, applications: applications.get(node.layer)! },
    })
  }
  for (const task of graph.tasks) boxes.push({ id: taskId(task), group: null, tasks: [task.name], content: { kind: 'task', task } })

  return { groups, boxes, edges: makeEdges(graph, users, boxOf), tasks: graph.tasks, sources: graph.sources }
}

function makeGroups(graph: ModelGraph, users: ReadonlyMap<number, readonly string[]>, collapsed: ReadonlySet<string>): Group[] {
  const owned = parameterCounts(graph).byNode
  const members = new Map<string, GraphNode[]>()
  for (const node of graph.nodes) {
    const tasks = users.get(node.id)!
    if (isInput(node) || !tasks.length) continue
    const key = JSON.stringify(tasks)
    members.set(key, [...(members.get(key) ?? []), node])
  }
  return [...members].map(([key, nodes]) => {
    const tasks = JSON.parse(key) as string[]
    const kind = tasks.length === 1 ? 'head' : tasks.length === graph.tasks.length ? 'trunk' : 'shared'
    const id = `group:${kind === 'trunk' ? 'trunk' : tasks.join('+')}`
    const title = kind === 'trunk' ? 'Trunk' : kind === 'head' ? `Head ${tasks[0]}` : `Shared by ${tasks.join(', ')}`
    const parameters = nodes.reduce<number | null>((sum, node) => add(sum, owned.get(node.id)!), 0)
    return { id, title, kind, tasks, nodes, parameters, collapsed: collapsed.has(id) }
  })
}

const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

function makeEdges(graph: ModelGraph, users: ReadonlyMap<number, readonly string[]>, boxOf: (node: GraphNode) => string): Edge[] {
  const byId = new Map(graph.nodes.map(node => [node.id, node]))
  const edges = new Map<string, Edge>()
  const connect = (source: GraphNode | undefined, to: string, input: number, tasks: readonly string[]) => {
    if (!source) return
    const from = boxOf(source)
    if (from === to) return
    const id = `${from} → ${to} ${input}`
    // A collapsed group may be entered by several edges from one source: one is drawn.
    if (!edges.has(id)) edges.set(id, { id, from, to, input, shape: source.shape, tasks })
  }
  for (const node of graph.nodes) {
    const to = boxOf(node)
    node.inputs.forEach((id, input) => connect(byId.get(id), to, to === nodeId(node) ? input : 0, users.get(node.id)!))
  }
  for (const task of graph.tasks) connect(byId.get(task.output), taskId(task), 0, [task.name])
  return [...edges.values()]
}
