import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { studentTQuantile } from '../../src/conflict/studentT'
import type { ModelGraph } from '../../src/ir/graph'
import type { GraphEdit } from '../../src/ir/graphEdit'
import { LanguageHost } from '../../src/language/host'
import { deviation, mean } from '../../src/training/comparison/delta'

/** Changes a model file as its quick fixes do: by the language's edit of the text. @throws Error where the edit is refused */
export async function editModel(file: string, edit: (graph: ModelGraph) => GraphEdit, dist: string): Promise<void> {
  const host = new LanguageHost({ dist, deadline: 10_000, watchdog: 20_000 })
  try {
    const request = { file: basename(file), root: dirname(file), overlay: {}, profiles: {} }
    const { graph } = await host.evaluate(request)
    if (!graph) throw new Error(`${file} is no model`)
    const proposal = await host.proposeEdit(request, edit(graph))
    if (proposal.kind !== 'edits') throw new Error(`${file} can't be changed: ${proposal.reason}`)
    const text = [...proposal.edits]
      .sort((a, b) => b.span.start - a.span.start)
      .reduce((rest, { span, text }) => rest.slice(0, span.start) + text + rest.slice(span.end), readFileSync(file, 'utf8'))
    writeFileSync(file, text)
  } finally {
    host.dispose()
  }
}

/** Id of the layer of that name. */
export function layerIn(graph: ModelGraph, name: string): number {
  const node = graph.nodes.find(node => node.name === name)
  if (!node) throw new Error(`the model has no layer '${name}'`)
  return node.id
}

/** Student's 95 % interval of the mean, of paired differences for example. */
export function meanInterval(values: readonly number[]): { mean: number; low: number; high: number } {
  const middle = mean(values)
  const half = (studentTQuantile(0.975, values.length - 1) * deviation(values)!) / Math.sqrt(values.length)
  return { mean: middle, low: middle - half, high: middle + half }
}
