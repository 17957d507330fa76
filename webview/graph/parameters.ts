import type { GraphNode, ModelGraph, ParameterSpec } from '../../src/ir/graph'
import { elementCount } from '../../src/ir/shape'

/** @returns how many numbers a layer learns, or null where a shape is unknown */
export function parameterCount(parameters: readonly ParameterSpec[]): number | null {
  return parameters.reduce<number | null>((sum, { shape }) => {
    const size = elementCount(shape)
    return sum === null || size === null ? null : sum + size
  }, 0)
}

/**
 * Learnt numbers by node id. A layer that is applied several times has its weights once: the first application owns them,
 * the others count 0, so that sums over nodes are right.
 */
export function parametersOfLayers(graph: ModelGraph): ReadonlyMap<number, number | null> {
  const seen = new Set<number>()
  return new Map(
    graph.nodes.map((node: GraphNode) => {
      const owner = !seen.has(node.layer)
      seen.add(node.layer)
      return [node.id, owner ? parameterCount(node.parameters) : 0]
    }),
  )
}

export function totalParameters(graph: ModelGraph): number | null {
  return [...parametersOfLayers(graph).values()].reduce<number | null>((sum, n) => (sum === null || n === null ? null : sum + n), 0)
}
