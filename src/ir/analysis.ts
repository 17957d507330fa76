import type { Json } from '../base/json'
import type { GraphNode, ModelGraph, ParameterSpec } from './graph'

/**
 * Names of the tasks that use each node, by node id, in the order of the model's tasks: those whose output depends on it, or on
 * another application of its layer, which has the same weights. A node on which no output depends is used by none.
 */
export function tasksByNode(graph: ModelGraph): ReadonlyMap<number, readonly string[]> {
  const users = tasksBelowNode(graph)
  const byLayer = new Map<number, Set<string>>()
  for (const { id, layer } of graph.nodes) {
    const known = byLayer.get(layer) ?? new Set()
    users.get(id)!.forEach(task => known.add(task))
    byLayer.set(layer, known)
  }
  const names = graph.tasks.map(({ name }) => name)
  const all = ({ id, layer }: GraphNode) => (users.get(id)!.length === 0 ? [] : names.filter(name => byLayer.get(layer)!.has(name)))
  return new Map(graph.nodes.map(node => [node.id, all(node)]))
}

/** Names of the tasks whose output depends on each node, by node id. */
function tasksBelowNode(graph: ModelGraph): ReadonlyMap<number, readonly string[]> {
  const users = new Map<number, string[]>(graph.nodes.map(node => [node.id, []]))
  for (const task of graph.tasks) {
    const seen = new Set<number>()
    const open = [task.output, ...(task.loss == null ? [] : [task.loss])]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      users.get(id)?.push(task.name)
      open.push(...(graph.nodes[id]?.inputs ?? []))
    }
  }
  return users
}

/** 'trunk': two tasks or more use it; 'head': one does; 'unused': none. */
export type Part = 'trunk' | 'head' | 'unused'

export const partOf = (tasks: readonly string[]): Part => (tasks.length > 1 ? 'trunk' : tasks.length === 1 ? 'head' : 'unused')

/** The part of each node, by node id. */
export function parts(graph: ModelGraph): ReadonlyMap<number, Part> {
  return new Map([...tasksByNode(graph)].map(([id, tasks]) => [id, partOf(tasks)]))
}

/** @returns the number of learnt values, null where a shape is unknown */
export function parameterCount(parameters: readonly ParameterSpec[]): number | null {
  return parameters.reduce<number | null>(
    (sum, { shape, statistic }) => (sum === null || shape === null ? null : sum + (statistic ? 0 : shape.reduce((n, d) => n * d, 1))),
    0,
  )
}

export interface ParameterCounts {
  /** By node id; later applications of a shared layer count 0, as its weights are counted with the first. */
  readonly byNode: ReadonlyMap<number, number | null>
  /** null where one of them is unknown. */
  readonly total: number | null
}

export function parameterCounts(graph: ModelGraph): ParameterCounts {
  const byNode = new Map(graph.nodes.map(node => [node.id, isFirstUse(graph, node) ? parameterCount(node.parameters) : 0]))
  const total = [...byNode.values()].reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0)
  return { byNode, total }
}

/** Whether a node is the first application of its layer: the one that its parameters are named after. */
export function isFirstUse(graph: ModelGraph, node: GraphNode): boolean {
  return firstUse(graph, node) === node
}

export function firstUse(graph: ModelGraph, { layer }: GraphNode): GraphNode {
  return graph.nodes.find(node => node.layer === layer)!
}

/** Two graphs that mean the same model, wherever their text stands. */
export const sameGraph = (a: ModelGraph, b: ModelGraph): boolean => graphText(a) === graphText(b)

/** What a graph's hash is made of: everything but spans and the file's name, keys in order. */
export function graphText(graph: ModelGraph): string {
  const { nodes, tasks, sources, training } = graph
  return JSON.stringify(meaning({ nodes, tasks, sources, training } as unknown as Json))
}

const places = new Set(['span', 'spans', 'keySpan', 'pathSpan', 'use', 'via', 'blocks'])

/** Options may be named like a place: what stands inside of them is kept. */
function meaning(value: Json, keepAll = false): Json {
  if (Array.isArray(value)) return value.map((item: Json) => meaning(item, keepAll))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => keepAll || !places.has(key))
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, meaning(item, keepAll || key === 'options')]),
  )
}

export interface Obstacle {
  readonly message: string
  /** The node, task or source at fault. */
  readonly node?: number
  readonly task?: string
  readonly source?: number
}

/** Why a model that has no errors still can't be trained: free inputs, tasks without labels, sizes that are not known. */
export function obstaclesToTraining(graph: ModelGraph): Obstacle[] {
  const users = tasksByNode(graph)
  const used = graph.nodes.filter(node => users.get(node.id)!.length > 0)
  const obstacles: Obstacle[] = graph.tasks.length === 0 ? [{ message: 'the model has no tasks' }] : []
  for (const { id, name, kind, options } of used) {
    if (kind === 'input' && options.source === null)
      obstacles.push({ message: `the input '${name}' has no data: name its npz file by { from: … }`, node: id })
  }
  for (const { name, label } of graph.tasks) if (!label) obstacles.push({ message: `the task '${name}' has no label`, task: name })
  const unknown = used.find(({ shape, parameters }) => shape === null || shape.includes(null) || parameterCount(parameters) === null)
  if (unknown && obstacles.length === 0) obstacles.push({ message: `the size of '${unknown.name}' is not known yet`, node: unknown.id })
  return obstacles
}
