import type { DataSource, GraphNode, GraphTask, ModelGraph } from '../../src/ir/graph'
import type { Shape } from '../../src/ir/shape'
import { tasksByNode } from '../../src/ir/analysis'
import { around, innermost, isInput, makeGroups, type Group } from './groups'

/** What is drawn, before sizes and places: pure data made from the graph and the set of collapsed groups. */
export interface Scene {
  readonly groups: readonly Group[]
  readonly boxes: readonly Box[]
  readonly edges: readonly Edge[]
  readonly tasks: readonly GraphTask[]
  readonly sources: readonly DataSource[]
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

export const nodeId = (node: GraphNode): string => `node:${node.name}`
export const taskId = (task: GraphTask): string => `task:${task.name}`

/** @param collapsed ids of groups drawn as one box */
export function makeScene(graph: ModelGraph, collapsed: ReadonlySet<string> = new Set()): Scene {
  const users = tasksByNode(graph)
  const groups = makeGroups(graph, users, collapsed)
  const groupOf = innermost(groups)
  const applications = new Map<number, number>()
  for (const node of graph.nodes) applications.set(node.layer, (applications.get(node.layer) ?? 0) + 1)

  const boxes: Box[] = []
  for (const group of groups) {
    if (group.state === 'closed') boxes.push({ id: group.id, group: group.parent, tasks: group.tasks, content: { kind: 'group', group } })
  }
  const closed = new Map<string, string>()
  for (const group of groups) {
    const box = group.state === 'closed' ? group.id : group.state === 'hidden' ? closed.get(group.parent!) : undefined
    if (box !== undefined) closed.set(group.id, box)
  }
  const boxOf = (node: GraphNode): string => closed.get(groupOf.get(node.id)?.id ?? '') ?? nodeId(node)
  for (const node of graph.nodes) {
    if (boxOf(node) !== nodeId(node)) continue
    const kind = isInput(node) ? 'input' : 'layer'
    boxes.push({
      id: nodeId(node),
      group: groupOf.get(node.id)?.id ?? null,
      tasks: users.get(node.id)!,
      content: { kind, node, applications: applications.get(node.layer)! },
    })
  }
  for (const task of graph.tasks) boxes.push({ id: taskId(task), group: null, tasks: [task.name], content: { kind: 'task', task } })

  return { groups, boxes, edges: makeEdges(graph, users, boxOf), tasks: graph.tasks, sources: graph.sources }
}

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

/** The box that shows a node or task: its own, or the closed group that it lies in. @param id as `nodeId` and `taskId` give it */
export function shownAs({ groups }: Scene, id: string): string {
  return groups.find(group => group.state === 'closed' && group.nodes.some(node => nodeId(node) === id))?.id ?? id
}

/** The groups around a box, innermost first. */
export const groupsAround = ({ groups }: Scene, box: Box): Group[] => around(groups, box.group)

/** Where the keyboard goes on in a group: its box where it is closed, else the first box within. */
export function entryOf({ boxes, groups }: Scene, id: string): string {
  const within = (box: Box) => around(groups, box.group).some(group => group.id === id)
  return (
    (boxes.find(box => box.id === id) ?? boxes.find(box => box.content.kind !== 'group' && within(box)) ?? boxes.find(within))?.id ?? id
  )
}
