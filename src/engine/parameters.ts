import type { GraphNode, Initializer, ModelGraph } from '../ir/graph'
import { EngineError, type ParameterInfo } from './engine'

export interface ParameterSpecification extends ParameterInfo {
  readonly size: number
  readonly initializer: Initializer
  readonly l2: number
  /** Id of the layer object, shared by all its applications. */
  readonly layerId: number
  /** 'kernel', 'bias', … */
  readonly role: string
}

/** Nodes that a task's output or loss depends on, for each task. */
export function dependencies(graph: ModelGraph): readonly ReadonlySet<number>[] {
  return graph.tasks.map(task => {
    const seen = new Set<number>()
    const visit = [task.output, ...(task.loss == null ? [] : [task.loss])]
    for (let id = visit.pop(); id !== undefined; id = visit.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      visit.push(...graph.nodes[id]!.inputs)
    }
    return seen
  })
}

/**
 * The learnt parameters that some task depends on, one entry per layer object and role, in graph order.
 * @throws EngineError where a shape is not known
 */
export function parametersOf(graph: ModelGraph): ParameterSpecification[] {
  return specifications(graph).filter(({ statistic }) => !statistic)
}

/** The running statistics that go with them; they take no part in gradients and updates. @throws EngineError as above */
export function statisticsOf(graph: ModelGraph): ParameterSpecification[] {
  return specifications(graph).filter(({ statistic }) => statistic)
}

function specifications(graph: ModelGraph): ParameterSpecification[] {
  const used = dependencies(graph)
  const first = new Map<number, GraphNode>()
  const tasks = new Map<number, Set<number>>()
  for (const node of graph.nodes) {
    if (!first.has(node.layer)) first.set(node.layer, node)
    const users = tasks.get(node.layer) ?? new Set()
    used.forEach((nodes, task) => nodes.has(node.id) && users.add(task))
    tasks.set(node.layer, users)
  }
  return [...first].flatMap(([layerId, node]) =>
    node.parameters
      .filter(() => tasks.get(layerId)!.size > 0)
      .map(({ name, shape, initializer, statistic = false, l2 = 0 }) => {
        if (shape === null) throw new EngineError(`the shape of ${node.name}/${name} is not known`)
        const size = shape.reduce((n, d) => n * d, 1)
        const users = [...tasks.get(layerId)!].sort((a, b) => a - b)
        return {
          name: `${node.name}/${name}`,
          shape,
          size,
          initializer,
          l2,
          layer: node.name,
          layerId,
          role: name,
          tasks: users,
          statistic,
        }
      }),
  )
}
