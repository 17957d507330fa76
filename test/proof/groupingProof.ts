// Planted groups must be found and help when they are written: npm run -s grouping-proof -- [--seeds 5] [--json]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Engine } from '../../src/engine/engine'
import type { AffinityResult } from '../../src/ir/affinity'
import { openTrainableModel } from '../../src/trainer/openModel'
import { mean } from '../../src/training/comparison/delta'
import { deltaByTask, editFile, overSeeds, pairedInterval, percent, proofOptions } from './mended'
import { paired, plant, trainFile } from './plantedConflict'

const dist = resolve('dist')
const planted = 'a + b | c + d'

interface SeedOutcome {
  readonly seed: number
  /** The best grouping into two. */
  readonly groups: string
  /** Mean affinity within the planted pairs and between them, and mean CKA. */
  readonly within: number
  readonly between: number
  readonly ckaWithin: number
  readonly ckaBetween: number
  /** Δm of the grouped model against the one before, over all tasks. */
  readonly overall: number
}

async function main(): Promise<number> {
  const options = proofOptions()
  const { seeds, json } = options
  const outcomes = await overSeeds(options, grouped, ({ groups, within, between, ckaWithin, ckaBetween, overall }) => {
    const [own, other, ckaOwn, ckaOther] = [within, between, ckaWithin, ckaBetween].map(value => value.toPrecision(2))
    return `${groups}; affinity ${own} within pairs, ${other} between; CKA ${ckaOwn}, ${ckaOther}; Δm of the grouped model ${percent(overall)}`
  })
  const found = outcomes.filter(({ groups }) => groups === planted).length
  const interval = pairedInterval(outcomes.map(({ overall }) => overall))
  const passed = found === seeds && interval.low > 0
  if (json) console.log(JSON.stringify({ case: paired.name, outcomes, found, interval, passed }, null, 1))
  else {
    console.log(`the planted groups were found in ${found} of ${seeds} seeds`)
    console.log(`Δm of the grouped model: ${percent(interval.mean)} [${percent(interval.low)}, ${percent(interval.high)}], ${seeds} seeds`)
  }
  return passed ? 0 : 1
}

async function grouped(seed: number, engine: Engine): Promise<SeedOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-grouping-'))
  try {
    const file = plant(paired, seed, folder)
    const command = [join(dist, 'cli.js'), 'affinity', file, '--runs', join(folder, 'runs'), '--seed', String(seed), '--json']
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    const { tasks, affinity, cka, groupings } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as AffinityResult
    const [, { apart }] = groupings as [unknown, AffinityResult['groupings'][number]]
    const isPair = (i: string, j: string) => planted.split(' | ').some(pair => pair.includes(i) && pair.includes(j))
    const over = (table: AffinityResult['affinity'], together: boolean) =>
      mean(tasks.flatMap(i => tasks.flatMap(j => (i !== j && isPair(i, j) === together ? [table[i]![j]!] : []))))
    const before = await trainFile(file, seed, engine, dist)
    await editFile(file, dist, () => ({ kind: 'groupTasks', groups: apart.groups }))
    const after = await trainFile(file, seed, engine, dist)
    const { graph } = await openTrainableModel(file, folder, dist)
    return {
      seed,
      groups: apart.groups
        .map(group => group.join(' + '))
        .sort()
        .join(' | '),
      within: over(affinity, true),
      between: over(affinity, false),
      ckaWithin: over(cka, true),
      ckaBetween: over(cka, false),
      overall: mean(Object.values(deltaByTask(graph, before.metrics, after.metrics))),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

void main().then(code => (process.exitCode = code))
