import type { TaskLabels } from '../../ir/dataReport'
import type { ModelGraph } from '../../ir/graph'
import type { ScannedSplit } from './scan'

const bins = 20

/** The labels of every task in every split: rows by class, or by equally wide parts of the numbers. */
export function labelCounts(graph: ModelGraph, splits: readonly ScannedSplit[]): TaskLabels[] {
  return graph.tasks.map(({ name: task, kind, label }) => {
    const columns = splits.map(({ labels }) => labels.find(label => label.task === task)!)
    const { classes } = columns[0]!
    const edges = classes ? null : edgesOf(columns.flatMap(({ values }) => bounds(values)))
    const width = edges && edges[1]! - edges[0]!
    const place = (value: number) => (edges ? Math.max(0, Math.min(edges.length - 2, Math.floor((value - edges[0]!) / width!))) : value)
    return {
      task,
      kind,
      source: label?.source ?? graph.sources[0]?.id ?? 0,
      column: label?.column ?? '',
      classes,
      edges,
      splits: splits.map(({ name }, s) => {
        const { values } = columns[s]!
        const counts = new Array<number>(classes?.length ?? edges!.length - 1).fill(0)
        let missing = 0
        for (const value of values) {
          if (value !== value) missing++
          else counts[place(value)]!++
        }
        return { name, rows: values.length, missing, counts }
      }),
    }
  })
}

function bounds(values: Float64Array): number[] {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high ? [low, high] : []
}

function edgesOf(ends: readonly number[]): number[] {
  const [low, high] = ends.length > 0 ? [Math.min(...ends), Math.max(...ends)] : [0, 1]
  const step = (high > low ? high - low : 1) / bins
  return Array.from({ length: bins + 1 }, (_, i) => low + i * step)
}
