import type { GraphNode, ModelGraph } from './graph'

/**
 * The part of a model that one task needs, as if its file named no other: the baseline of multi-task learning. The task's own
 * weight becomes 1, as it balances tasks and there is nothing to balance.
 * @throws RangeError where the model has no such task
 */
export function singleTask(graph: ModelGraph, name: string): ModelGraph {
  const task = graph.tasks.find(task => task.name === name)
  if (!task) throw new RangeError(`the model has no task '${name}'`)
  const needed = new Set<number>()
  const open = [task.output, ...(task.loss == null ? [] : [task.loss])]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (needed.has(id)) continue
    needed.add(id)
    open.push(...graph.nodes[id]!.inputs)
  }
  const kept = graph.nodes.filter(node => needed.has(node.id))
  const place = new Map(kept.map(({ id }, i) => [id, i]))
  const renumbered = kept.map((node): GraphNode => ({ ...node, id: place.get(node.id)!, inputs: node.inputs.map(id => place.get(id)!) }))
  const alone = {
    ...task,
    features: place.get(task.features)!,
    output: place.get(task.output)!,
    ...(task.loss != null && { loss: place.get(task.loss)! }),
    weight: 1,
    options: { ...task.options, ...('weight' in task.options && { weight: 1 }) },
  }
  const { spans } = graph.training
  return {
    ...graph,
    nodes: renumbered,
    tasks: [alone],
    training: { ...graph.training, weighting: { kind: 'equal', options: {}, span: spans.weighting ?? null } },
  }
}
