import type { GraphEdit } from '../../ir/graphEdit'
import type { ConflictSummary } from '../../ir/conflict'
import type { ModelGraph } from '../../ir/graph'
import type { ConflictFinding } from './conflictFindings'

/** A change of the model that may end a conflict. */
export type Mend =
  | { readonly kind: 'edit'; readonly title: string; readonly edit: GraphEdit }
  /** The weight is asked for. */
  | { readonly kind: 'scale'; readonly title: string; readonly task: string; readonly weight: number; readonly suggested: number }

/** What can be done about a finding, what helps most often first. */
export function conflictMends(graph: ModelGraph, summary: ConflictSummary, { on, name, pairs, layers }: ConflictFinding): Mend[] {
  const [worst] = pairs
  if (!worst) return []
  const tasks = on === 'task' ? [name] : worst
  const splits = layers.map(node => edit(`Split ${node.name} and what follows for each task`, { kind: 'splitTrunk', node: node.id }))
  const owns = layers.flatMap(node =>
    tasks.map(task => edit(`Give ${task} its own copy from ${node.name} on`, { kind: 'splitTrunk', node: node.id, task })),
  )
  const stops = layers.flatMap(node =>
    tasks.map(task => edit(`Stop the gradient of ${task} before it reaches ${node.name}`, { kind: 'stopGradient', node: node.id, task })),
  )
  const surgery = layers.length > 0 ? ['upGrad', 'pcGrad'] : []
  const scaling = pairs.some(pair => isUnlike(summary, pair)) ? ['uncertainty', 'imtlL', 'dbMtl'] : []
  const methods = [...surgery, ...scaling].filter(kind => kind !== graph.training.weighting.kind)
  const weightings = methods.map(method => edit(`Balance the tasks by ${method}`, { kind: 'setWeighting', method }))
  const scales = tasks.flatMap(task =>
    scale(
      graph,
      summary,
      task,
      worst.find(other => other !== task)!,
    ),
  )
  return on === 'task'
    ? [...weightings, ...scales, ...owns.slice(0, 2), ...stops.slice(0, 2)]
    : [...splits, ...owns, ...weightings, ...stops, ...scales]
}

/** Gradients of so different lengths are balanced by their losses. */
const isUnlike = ({ tasks, advice = [] }: ConflictSummary, pair: readonly [string, string]): boolean =>
  advice.some(one => one.code === 'scaleLosses' && one.pair!.every(task => pair.includes(tasks[task]!)))

const edit = (title: string, change: GraphEdit): Mend => ({ kind: 'edit', title, edit: change })

/** Suggests the weight with which the task's gradient is as large as its partner's. */
function scale(graph: ModelGraph, { tasks, trunk }: ConflictSummary, name: string, partner: string): Mend[] {
  const task = graph.tasks.find(t => t.name === name)
  const [own, other] = [name, partner].map(t => trunk.gradientShares[tasks.indexOf(t)] ?? 0) as [number, number]
  if (!task || !(own > 0) || !(other > 0)) return []
  const suggested = Number((task.weight * Math.sqrt(other / own)).toPrecision(2))
  return [{ kind: 'scale', title: `Scale the loss of ${name}…`, task: name, weight: task.weight, suggested }]
}
