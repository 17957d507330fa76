import type { DataError } from '../data/dataset'
import type { ModelGraph } from '../ir/graph'
import type { LaunchProblem } from '../runs/launch'
import { Locator, startOf } from './located'

/** A data error, at the place in the model file that names the data. */
export function dataProblem(error: DataError, graph: ModelGraph, root: string): LaunchProblem {
  const source = graph.sources.find(({ id }) => id === error.place.source) ?? (graph.sources.length === 1 ? graph.sources[0] : undefined)
  const task = graph.tasks.find(({ label }) => label !== null && label.column === error.place.column)
  const span = task?.label?.span ?? source?.pathSpan ?? source?.span ?? startOf(graph.file)
  const diagnostic = { code: error.code, severity: 'error' as const, message: error.message, span }
  return { message: error.message, diagnostics: [new Locator(root).locate(diagnostic)] }
}
