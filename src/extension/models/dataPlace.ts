import type { DataWarning } from '../../ir/dataReport'
import type { Span } from '../../ir/span'
import { literalPlace } from '../../language/literalPlace'
import type { Model } from './model'

/**
 * Where a model file names what a warning is about: the column's name among the features or in the label call, where it is
 * written there; else the source.
 * @returns offsets in the present text; undefined where it was typed away or stands in another file
 */
export function dataPlace(model: Model, about: Pick<DataWarning, 'source' | 'node' | 'column' | 'task'>): Span | undefined {
  const { graph } = model
  if (!graph) return undefined
  const node = graph.nodes.find(({ name }) => name === about.node)
  const task = graph.tasks.find(({ name }) => name === about.task)
  const source = graph.sources.find(({ id }) => id === about.source)
  const ofSource = () => model.placeOffsets(source?.pathSpan ?? null) ?? model.placeOffsets(source?.span ?? null)
  const written = (span: Span | null | undefined, name: string | undefined) => {
    const call = model.placeOffsets(span ?? null)
    return call && name !== undefined ? literalPlace(model.document.getText(), call, name) : undefined
  }
  if (about.node !== undefined) {
    if (about.column === undefined) return model.placeOffsets(node?.span ?? null) ?? ofSource()
    return written(node?.span, about.column) ?? ofSource()
  }
  if (task) return written(task.label?.span, task.label?.column) ?? model.placeOffsets(task.label?.span ?? null) ?? ofSource()
  return ofSource()
}
