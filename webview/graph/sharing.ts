import type { ModelGraph } from '../../src/ir/graph'

/**
 * Which tasks use which node: a task uses its output node and everything that output is computed from.
 * @returns for each node id the names of its tasks, in the tasks' order; empty where no task needs the node
 */
export function tasksByNode(graph: ModelGraph): ReadonlyMap<number, readonly string[]> {
  const byId = new Map(graph.nodes.map(node => [node.id, node]))
  const users = new Map<number, string[]>(graph.nodes.map(node => [node.id, []]))
  for (const task of graph.tasks) {
    const waiting = [task.output]
    const seen = new Set<number>()
    while (waiting.length) {
      const id = waiting.pop()!
      if (seen.has(id)) continue
      seen.add(id)
      users.get(id)?.push(task.name)
      waiting.push(...(byId.get(id)?.inputs ?? []))
    }
  }
  return users
}
