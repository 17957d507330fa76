import type { ModelGraph } from '../../ir/graph'
import type { Span } from '../../ir/span'

/** Offsets of a span in the present text; undefined where it is not in this file or was typed away. */
export type Placement = (span: Span | null) => { readonly start: number; readonly end: number } | undefined

/**
 * The node that the text at an offset made: the smallest call around it, else the first call that begins on its line.
 * A task's key stands for the task's output.
 */
export function nodeAt(
  graph: ModelGraph,
  placed: Placement,
  offset: number,
  line: { readonly start: number; readonly end: number },
): number | null {
  let best: { node: number; size: number } | null = null
  let onLine: { node: number; start: number } | null = null
  const consider = (span: Span | null, node: number) => {
    const place = placed(span)
    if (!place) return
    const size = place.end - place.start
    if (place.start <= offset && offset <= place.end && (!best || size < best.size)) best = { node, size }
    if (place.start >= line.start && place.start <= line.end && (!onLine || place.start < onLine.start))
      onLine = { node, start: place.start }
  }
  for (const node of graph.nodes) {
    consider(node.span, node.id)
    consider(node.use, node.id)
  }
  for (const task of graph.tasks) {
    consider(task.keySpan, task.output)
    consider(task.span, task.output)
  }
  return (best as { node: number } | null)?.node ?? (onLine as { node: number } | null)?.node ?? null
}
