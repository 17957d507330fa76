import type { ModelGraph } from '../../ir/graph'
import { names } from '../modelProgram'
import type { Pack } from './encodeProgram'

/** Targets, cotangents and losses of all tasks, `rows` each, as `BatchArrays.together` has them. */
export function taskPacks(graph: ModelGraph, rows: number): Record<'targets' | 'cotangents' | 'losses', Pack> {
  const pack = (name: string, of: (task: string) => string): Pack => ({
    name,
    floats: graph.tasks.length * rows,
    members: new Map(graph.tasks.map((task, t) => [of(task.name), t * rows])),
  })
  return { targets: pack('targets', names.target), cotangents: pack('cotangents', names.cotangent), losses: pack('losses', names.loss) }
}
