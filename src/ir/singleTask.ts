import type { GraphNode, ModelGraph } from './graph'

/**
 * The part of a model that one task needs, as if its file named no other: the baseline of multi-task learning. The task's own
 * weight becomes 1, as it balances tasks and there is nothing to balance.
 * @throws RangeError where the model has no such task
 */
export function singleTask(graph: ModelGraph, name: string): ModelGraph {
  if (!graph.tasks.some(task => task.name === name)) throw new RangeError(`the model has no task '${name}'`)
  const alone = tasksOnly(graph, [name])
  const [own] = alone.tasks
  const unweighted = { ...own!, weight: 1, options: { ...own!.options, ...('weight' in own!.options && { weight: 1 }) } }
  const { spans } = graph.training
  return {
    ...alone,
    tasks: [unweighted],
    training: { ...graph.training, weighting: { kind: 'equal', options: {}, span: spans.weighting ?? null } },
  }
}

/** The part of a model that some of its tasks need. */
export function tasksOnly(graph: ModelGraph, names: readonly string[]): ModelGraph {
  const tasks = graph.tasks.filter(({ name }) => names.includes(name))
  const needed = new Set<number>()
  const open = tasks.flatMap(({ output, loss }) => (loss == null ? [output] : [output, loss]))
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (needed.has(id)) continue
    needed.add(id)
    open.push(...graph.nodes[id]!.inputs)
  }
  const kept = graph.nodes.filter(node => needed.has(node.id))
  const place = new Map(kept.map(({ id }, i) => [id, i]))
  const at = (id: number) => place.get(id)!
  return {
    ...graph,
    nodes: kept.map((node): GraphNode => ({ ...node, id: at(node.id), inputs: node.inputs.map(at) })),
    tasks: tasks.map(task => ({
      ...task,
      features: at(task.features),
      output: at(task.output),
      ...(task.loss != null && { loss: at(task.loss) }),
    })),
  }
}
