import type { DataWarning } from '../ir/dataReport'
import type { ModelGraph } from '../ir/graph'
import type { Span } from '../ir/span'
import { literalPlace } from './literalPlace'

/** The texts that a graph's spans lie in, as they are now. */
export interface PresentText {
  /** Where a span's text stands now; undefined where it was typed away or can't be seen. */
  place(span: Span | null): Span | undefined
  text(file: string): string
}

/**
 * Where a model file names what a warning is about: the column's name among the features or in the label call, where it is
 * written there; else the source.
 * @returns offsets in the present text; undefined where there are none
 */
export function dataPlace(
  graph: ModelGraph,
  about: Pick<DataWarning, 'source' | 'node' | 'column' | 'task'>,
  present: PresentText,
): Span | undefined {
  const node = graph.nodes.find(({ name }) => name === about.node)
  const task = graph.tasks.find(({ name }) => name === about.task)
  const source = graph.sources.find(({ id }) => id === about.source)
  const ofSource = () => present.place(source?.pathSpan ?? null) ?? present.place(source?.span ?? null)
  const written = (span: Span | null | undefined, name: string | undefined) => {
    const call = present.place(span ?? null)
    return call && name !== undefined ? literalPlace(present.text(call.file), call, name) : undefined
  }
  if (about.node !== undefined) {
    if (about.column === undefined) return present.place(node?.span ?? null) ?? ofSource()
    return written(node?.span, about.column) ?? ofSource()
  }
  if (task) return written(task.label?.span, task.label?.column) ?? present.place(task.label?.span ?? null) ?? ofSource()
  return ofSource()
}
