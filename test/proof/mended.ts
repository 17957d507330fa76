import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { studentTQuantile } from '../../src/conflict/studentT'
import type { Engine } from '../../src/engine/engine'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import type { ModelGraph } from '../../src/ir/graph'
import type { GraphEdit } from '../../src/ir/graphEdit'
import { LanguageHost } from '../../src/language/host'
import type { TaskMetrics } from '../../src/runs/events'
import { deviation, judgedBy, mean, taskDelta } from '../../src/training/comparison/delta'

/** `[--seeds 5] [--json]` of the command line. */
export function proofOptions(): { readonly seeds: number; readonly json: boolean } {
  const { values } = parseArgs({ options: { seeds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } } })
  const seeds = Number(values.seeds)
  if (!Number.isInteger(seeds) || seeds < 2) throw new Error(`--seeds must be a whole number of at least 2, not ${values.seeds}`)
  return { seeds, json: values.json }
}

/** What the seeds from 1 give, one after the other; a line is told of each where people read. */
export async function overSeeds<Outcome>(
  { seeds, json }: ReturnType<typeof proofOptions>,
  run: (seed: number, engine: Engine) => Promise<Outcome>,
  told: (outcome: Outcome) => string,
): Promise<Outcome[]> {
  const engine = await openOnnxEngine({ threads: 1 })
  const outcomes: Outcome[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const outcome = await run(seed, engine)
    outcomes.push(outcome)
    if (!json) console.log(`seed ${seed}: ${told(outcome)}`)
  }
  return outcomes
}

/** Changes a model file as a quick fix does: by the language's edit of the text. */
export async function editFile(file: string, dist: string, edit: (graph: ModelGraph) => GraphEdit): Promise<void> {
  const host = new LanguageHost({ dist, deadline: 10_000, watchdog: 20_000 })
  try {
    const request = { file: basename(file), root: dirname(file), overlay: {}, profiles: {} }
    const { graph } = await host.evaluate(request)
    if (!graph) throw new Error(`${file} has no model`)
    const proposal = await host.proposeEdit(request, edit(graph))
    if (proposal.kind !== 'edits') throw new Error(`the edit is refused: ${proposal.reason}`)
    const text = [...proposal.edits]
      .sort((a, b) => b.span.start - a.span.start)
      .reduce((rest, { span, text }) => rest.slice(0, span.start) + text + rest.slice(span.end), readFileSync(file, 'utf8'))
    writeFileSync(file, text)
  } finally {
    host.dispose()
  }
}

/** Δm of after against before on the test split, by task, as fractions. */
export function deltaByTask({ tasks }: ModelGraph, before: TaskMetrics, after: TaskMetrics): Record<string, number> {
  const deltas = tasks.map(({ name, kind }) => {
    const metrics = Object.fromEntries(Object.entries(judgedBy(kind)).map(([metric, higher]) => [`test_${metric}`, higher]))
    const delta = taskDelta(after[name]!, before[name]!, metrics)
    if (delta === null) throw new Error(`the runs have no metrics of '${name}' to compare`)
    return [name, delta] as const
  })
  return Object.fromEntries(deltas)
}

/** Student's 95 % interval of the mean of paired differences. */
export function pairedInterval(differences: readonly number[]): { readonly mean: number; readonly low: number; readonly high: number } {
  const n = differences.length
  const half = (studentTQuantile(0.975, n - 1) * deviation(differences)!) / Math.sqrt(n)
  return { mean: mean(differences), low: mean(differences) - half, high: mean(differences) + half }
}

export const percent = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)} %`
