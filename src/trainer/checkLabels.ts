import { DataError, type Split } from '../data/dataset'
import type { ModelGraph } from '../ir/graph'

/**
 * Each task must have labels in these splits. Training rows were checked when they were read.
 * @param what can't be done with a task that has none: 'compared'
 * @throws DataError
 */
export function checkLabels(graph: ModelGraph, splits: Readonly<Record<string, Split>>, what: string): void {
  for (const [name, split] of Object.entries(splits)) {
    for (const task of graph.tasks) {
      if (hasLabel(split, task.name)) continue
      const { column, source } = task.label!
      const file = graph.sources.find(({ id }) => id === source)?.path ?? ''
      const message = `${file}, column '${column}' (task '${task.name}'): no row of the ${name} split has a label, so the task can't be ${what}`
      throw new DataError('mtl/no-labels', message, { file, column, source })
    }
  }
}

function hasLabel(split: Split, task: string): boolean {
  const size = 256
  for (let start = 0; start < split.rows; start += size) {
    const rows = Array.from({ length: Math.min(size, split.rows - start) }, (_, i) => start + i)
    if (split.batch(rows, size).masks[task]!.some(mask => mask > 0)) return true
  }
  return false
}
