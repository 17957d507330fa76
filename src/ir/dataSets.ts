import type { GraphNode, ModelGraph } from './graph'

/** Options of `features` and `input` nodes hold the id of their source. */
export function sourceOfNode(node: GraphNode): number | null {
  const id = node.options.source ?? node.options.from
  return typeof id === 'number' ? id : null
}

/** Sources with the same rows are one data set: it has the id of the first of them. */
export const dataSetOf = (graph: ModelGraph, source: number): number => graph.sources.find(({ id }) => id === source)?.sameRowsAs ?? source

/** Ids of the data sets that the tasks learn from, in the order of the tasks. */
export const dataSetsOf = (graph: ModelGraph): number[] => [
  ...new Set(graph.tasks.flatMap(({ label }) => (label === null ? [] : [dataSetOf(graph, label.source)]))),
]

/**
 * The data set whose rows each node computes on, by node id; null where it depends on no data. There is one at most for what a
 * task learns from: its inputs and its label are of one data set.
 */
export function dataSetByNode(graph: ModelGraph): ReadonlyMap<number, number | null> {
  const sets = new Map<number, number | null>()
  for (const node of graph.nodes) {
    const source = sourceOfNode(node)
    const above = node.inputs.map(id => sets.get(id) ?? null).find(set => set !== null)
    sets.set(node.id, source === null ? (above ?? null) : dataSetOf(graph, source))
  }
  return sets
}
