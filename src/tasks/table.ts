import { binary } from './binary'
import { classification } from './classification'
import { regression } from './regression'
import type { TaskDefinition } from './task'

/** Every kind of task: one line each. */
export const tasks: readonly TaskDefinition[] = [classification, binary, regression]

const byKind = new Map(tasks.map(task => [task.kind, task]))

export const taskOf = (kind: string): TaskDefinition | undefined => byKind.get(kind)
