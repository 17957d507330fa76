// Splitting the layer that carries a planted conflict must help: npm run -s conflict-mend -- [--seeds 5] [--json]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { studentTQuantile } from '../../src/conflict/studentT'
import type { Engine } from '../../src/engine/engine'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import { LanguageHost } from '../../src/language/host'
import { openTrainableModel } from '../../src/trainer/openModel'
import { deviation, judgedBy, mean, taskDelta } from '../../src/training/comparison/delta'
import { found, crowded, plant, trainFile } from './plantedConflict'

const dist = resolve('dist')

interface SeedOutcome {
  readonly seed: number
  /** Layers with a finding. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Δm of after against before, by task and over all of them, as fractions. */
  readonly delta: Readonly<Record<string, number>>
  readonly overall: number
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { seeds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } } })
  const seeds = Number(values.seeds)
  if (!Number.isInteger(seeds) || seeds < 2) throw new Error(`--seeds must be a whole number of at least 2, not ${values.seeds}`)
  const engine = await openOnnxEngine({ threads: 1 })
  const outcomes: SeedOutcome[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const outcome = await mended(seed, engine)
    outcomes.push(outcome)
    if (values.json) continue
    const tasks = Object.entries(outcome.delta).map(([task, delta]) => `${task} ${percent(delta)}`)
    const layers = (names: readonly string[]) => names.join(', ') || 'none'
    console.log(
      `seed ${seed}: Δm ${percent(outcome.overall)} (${tasks.join(', ')}); findings: ${layers(outcome.before)} before, ${layers(outcome.after)} after`,
    )
  }
  const overall = outcomes.map(outcome => outcome.overall)
  // Student's interval of the mean of paired differences.
  const half = (studentTQuantile(0.975, seeds - 1) * deviation(overall)!) / Math.sqrt(seeds)
  const interval = { mean: mean(overall), low: mean(overall) - half, high: mean(overall) + half }
  const gone = outcomes.filter(({ before, after }) => before.join() === crowded.torn && after.length === 0).length
  const passed = interval.low > 0 && gone === seeds
  if (values.json) console.log(JSON.stringify({ case: crowded.name, outcomes, interval, gone, passed }, null, 1))
  else {
    console.log(
      `Δm after the split against before: ${percent(interval.mean)} [${percent(interval.low)}, ${percent(interval.high)}], ${seeds} seeds`,
    )
    console.log(`the finding on '${crowded.torn}' was there before and gone after in ${gone} of ${seeds} seeds`)
  }
  return passed ? 0 : 1
}

async function mended(seed: number, engine: Engine): Promise<SeedOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-mend-'))
  try {
    const file = plant(crowded, seed, folder)
    const before = await trainFile(file, seed, engine, dist)
    await split(file, crowded.torn!)
    const after = await trainFile(file, seed, engine, dist)
    const { graph } = await openTrainableModel(file, folder, dist)
    const deltas = graph.tasks.map(({ name, kind }) => {
      const metrics = Object.fromEntries(Object.entries(judgedBy(kind)).map(([metric, higher]) => [`test_${metric}`, higher]))
      const delta = taskDelta(after.metrics[name]!, before.metrics[name]!, metrics)
      if (delta === null) throw new Error(`seed ${seed}: the runs have no metrics of '${name}' to compare`)
      return [name, delta] as const
    })
    return {
      seed,
      before: found(before.summary),
      after: found(after.summary),
      delta: Object.fromEntries(deltas),
      overall: mean(deltas.map(([, delta]) => delta)),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Splits the layer as the quick fix does: by the language's edit of the text. */
async function split(file: string, layer: string): Promise<void> {
  const host = new LanguageHost({ dist, deadline: 10_000, watchdog: 20_000 })
  try {
    const request = { file: basename(file), root: dirname(file), overlay: {}, profiles: {} }
    const { graph } = await host.evaluate(request)
    const node = graph?.nodes.find(({ name }) => name === layer)
    if (!node) throw new Error(`the planted model has no layer '${layer}'`)
    const proposal = await host.proposeEdit(request, { kind: 'splitTrunk', node: node.id })
    if (proposal.kind !== 'edits') throw new Error(`the layer can't be split: ${proposal.reason}`)
    const text = [...proposal.edits]
      .sort((a, b) => b.span.start - a.span.start)
      .reduce((rest, { span, text }) => rest.slice(0, span.start) + text + rest.slice(span.end), readFileSync(file, 'utf8'))
    writeFileSync(file, text)
  } finally {
    host.dispose()
  }
}

const percent = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)} %`

void main().then(code => (process.exitCode = code))
