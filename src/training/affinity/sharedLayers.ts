import { tasksByNode } from '../../ir/analysis'
import type { GraphNode, ModelGraph } from '../../ir/graph'

const isLearnt = ({ parameters }: GraphNode): boolean => parameters.some(({ statistic }) => !statistic)

/** Where the models of two tasks alone can be held against each other. */
export interface CommonLayers {
  /** Layers with weights that both tasks use, in graph order. */
  readonly layers: readonly GraphNode[]
  /** The last node that both use: what their common trunk gives. */
  readonly last: GraphNode
}

/** @returns null where the tasks share no weights */
export function commonLayers(graph: ModelGraph, a: string, b: string): CommonLayers | null {
  const users = tasksByNode(graph)
  const common = graph.nodes.filter(({ id }) => [a, b].every(task => users.get(id)!.includes(task)))
  const layers = common.filter(isLearnt)
  return layers.length > 0 ? { layers, last: common.at(-1)! } : null
}
