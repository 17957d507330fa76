// Splitting the layer that carries a planted conflict must help: npm run -s conflict-mend -- [--seeds 5] [--json]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Engine } from '../../src/engine/engine'
import { openTrainableModel } from '../../src/trainer/openModel'
import { mean } from '../../src/training/comparison/delta'
import { deltaByTask, editFile, overSeeds, pairedInterval, percent, proofOptions } from './mended'
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
  const options = proofOptions()
  const { seeds, json } = options
  const outcomes = await overSeeds(options, mended, ({ delta, overall, before, after }) => {
    const tasks = Object.entries(delta).map(([task, value]) => `${task} ${percent(value)}`)
    const layers = (names: readonly string[]) => names.join(', ') || 'none'
    return `Δm ${percent(overall)} (${tasks.join(', ')}); findings: ${layers(before)} before, ${layers(after)} after`
  })
  const overall = outcomes.map(outcome => outcome.overall)
  const interval = pairedInterval(overall)
  const gone = outcomes.filter(({ before, after }) => before.join() === crowded.torn && after.length === 0).length
  const passed = interval.low > 0 && gone === seeds
  if (json) console.log(JSON.stringify({ case: crowded.name, outcomes, interval, gone, passed }, null, 1))
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
    await editFile(file, dist, graph => ({ kind: 'splitTrunk', node: graph.nodes.find(({ name }) => name === crowded.torn)!.id }))
    const after = await trainFile(file, seed, engine, dist)
    const { graph } = await openTrainableModel(file, folder, dist)
    const delta = deltaByTask(graph, before.metrics, after.metrics)
    return {
      seed,
      before: found(before.summary),
      after: found(after.summary),
      delta,
      overall: mean(Object.values(delta)),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

void main().then(code => (process.exitCode = code))
