import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Random } from '../../src/base/random'
import { open } from '../../src/data/open'
import type { Engine } from '../../src/engine/engine'
import type { ConflictSummary } from '../../src/ir/conflict'
import type { Checkpoint } from '../../src/runs/checkpoint'
import type { TaskMetrics } from '../../src/runs/events'
import { openTrainableModel } from '../../src/trainer/openModel'
import { TrainingControls } from '../../src/training/controls'
import { train } from '../../src/training/train'

/** A model and data of which it is known where tasks are in conflict. */
export interface Case {
  readonly name: string
  readonly model: string
  /** Columns of one row. */
  readonly row: (random: Random) => Readonly<Record<string, number>>
  /** The layer that a finding must name, where there must be one. */
  readonly torn: string | null
}

const rows = 2000
const relu = (x: number) => Math.max(0, x)
const inputs = (random: Random) => Array.from({ length: 8 }, () => random.normal())
const columns = (x: readonly number[]) => Object.fromEntries(x.map((value, i) => [`x${i}`, value]))

const heading = (tasks: string) => `import { adam, concat, csv, dense, equal, model, regression } from 'mtl'
const data = csv('data.csv', { split: { train: 0.8, validation: 0.1, test: 0.1, seed: 1 } })
const features = (from: number, to: number) => {
  const numeric: string[] = []
  for (let i = from; i < to; i++) numeric.push('x' + i)
  return data.features({ numeric })
}
${tasks}
`

const training = `training: { optimizer: adam({ learningRate: 5e-3 }), weighting: equal(), epochs: 20, batchSize: 32, seed: 1 }`

/**
 * Task a rises with what the second half of the features says, task b with the opposite, and the layer 'torn' has a single
 * unit that can say only one of it. The layer 'calm' beside it serves both.
 */
export const opposed: Case = {
  name: 'opposed targets in one layer',
  torn: 'torn.dense1',
  model: heading(`
const calm = features(0, 4).pipe(dense(16, { activation: 'tanh' }))
const torn = features(4, 8).pipe(dense(1, { activation: 'relu' }))
const trunk = concat([calm, torn])
export default model({
  tasks: {
    a: regression(data.label('a'), trunk),
    b: regression(data.label('b'), trunk),
  },
  ${training},
})`),
  row(random) {
    const x = inputs(random)
    const shared = Math.tanh(x[0]! + x[1]!) + 0.5 * x[2]!
    const pull = (x[4]! + x[5]! - x[6]!) / Math.sqrt(3)
    return { ...columns(x), a: shared + 2 * relu(pull) + 0.1 * random.normal(), b: shared + 2 * relu(-pull) + 0.1 * random.normal() }
  },
}

/**
 * Each task needs a direction of its own among the second half of the features, and the layer 'torn' has a single linear unit: where
 * their sum is at rest, the gradients of both cancel. A unit for each task can serve both, from wherever it begins, as a linear
 * network has no minimum that is not the best one (Baldi & Hornik 1989); with relu as above it can be caught on the wrong side.
 */
export const crowded: Case = {
  name: 'two directions through one unit',
  torn: 'torn.dense1',
  model: opposed.model.replace("dense(1, { activation: 'relu' })", 'dense(1)'),
  row(random) {
    const x = inputs(random)
    const shared = Math.tanh(x[0]! + x[1]!) + 0.5 * x[2]!
    const [a, b] = [(x[4]! + x[5]!) / Math.SQRT2, (x[6]! - x[7]!) / Math.SQRT2]
    return { ...columns(x), a: shared + 2 * a + 0.1 * random.normal(), b: shared + 2 * b + 0.1 * random.normal() }
  },
}

/**
 * As `crowded`, with two tasks for each of the two directions: the single unit stands between them, and what helps a task helps its
 * partner and harms the other two.
 */
export const paired: Case = {
  name: 'two pairs of tasks through one unit',
  torn: 'torn.dense1',
  model: crowded.model.replace(
    "b: regression(data.label('b'), trunk),",
    "b: regression(data.label('b'), trunk),\n    c: regression(data.label('c'), trunk),\n    d: regression(data.label('d'), trunk),",
  ),
  row(random) {
    const x = inputs(random)
    const shared = Math.tanh(x[0]! + x[1]!) + 0.5 * x[2]!
    const [one, other] = [(x[4]! + x[5]!) / Math.SQRT2, (x[6]! - x[7]!) / Math.SQRT2]
    const noise = () => 0.1 * random.normal()
    return {
      ...columns(x),
      a: shared + 2 * one + noise(),
      b: shared + 1.5 * one + noise(),
      c: shared + 2 * other + noise(),
      d: shared + 1.5 * other + noise(),
    }
  },
}

const wide = (tasks: string) =>
  heading(`
const trunk = features(0, 8).pipe(dense(48, { activation: 'tanh' }), dense(24, { activation: 'tanh' }))
export default model({
  tasks: { ${tasks} },
  ${training},
})`)

/** Two tasks that have nothing to do with each other, and a trunk wide enough for both. */
export const unrelated: Case = {
  name: 'unrelated, harmless tasks',
  torn: null,
  model: wide(`a: regression(data.label('a'), trunk), b: regression(data.label('b'), trunk)`),
  row(random) {
    const x = inputs(random)
    const a = Math.tanh(x[0]! + x[1]!) + 0.5 * x[2]! * x[3]! + 0.1 * random.normal()
    const b = Math.tanh(x[4]! - x[5]!) + 0.5 * x[6]! * x[7]! + 0.1 * random.normal()
    return { ...columns(x), a, b }
  },
}

/** The same labels twice. */
export const twice: Case = {
  name: 'one task given twice',
  torn: null,
  model: wide(`a: regression(data.label('a'), trunk), again: regression(data.label('a'), trunk)`),
  row(random) {
    const { a, b: _, ...x } = unrelated.row(random) as { a: number; b: number }
    return { ...x, a }
  },
}

/** One task is soon learnt, of the other nothing but noise is left: their gradients end with different lengths. */
export const uneven: Case = {
  name: 'an easy task and a noisy one',
  torn: null,
  model: unrelated.model,
  row(random) {
    const x = inputs(random)
    return { ...columns(x), a: x[0]! + x[1]! + 0.05 * random.normal(), b: 0.5 * Math.tanh(x[4]! - x[5]!) + random.normal() }
  },
}

/** Losses of two kinds on what both need. */
export const mixed: Case = {
  name: 'classes beside numbers',
  torn: null,
  model: wide(`a: regression(data.label('a'), trunk), b: classification(data.label('b'), trunk)`).replace(
    '{ adam,',
    '{ adam, classification,',
  ),
  row(random) {
    const x = inputs(random)
    const [a, b] = [Math.tanh(x[0]! + x[1]!) + 0.5 * x[2]!, x[0]! - x[1]! + x[3]!]
    return { ...columns(x), a: a + 0.1 * random.normal(), b: b + 0.5 * random.normal() > 0 ? 1 : 0 }
  },
}

export const cases: readonly Case[] = [opposed, crowded, unrelated, twice, uneven, mixed]

/** Writes the case into a folder: its data, drawn with a seed of their own, and its model. @returns path of the model file */
export function plant({ model, row }: Case, seed: number, folder: string): string {
  const random = Random.seeded(seed, 'planted')
  const table = Array.from({ length: rows }, () => row(random))
  const names = Object.keys(table[0]!)
  const lines = [names.join(), ...table.map(r => names.map(name => r[name]!.toFixed(6)).join())]
  writeFileSync(join(folder, 'data.csv'), lines.join('\n') + '\n')
  const file = join(folder, 'planted.mtl.ts')
  writeFileSync(file, model)
  return file
}

export interface Trained {
  readonly summary: ConflictSummary
  /** Of the best checkpoint. */
  readonly metrics: TaskMetrics
}

/** @param file a model file in a folder with its data */
export async function trainFile(file: string, seed: number, engine: Engine, dist: string): Promise<Trained> {
  const { graph, root } = await openTrainableModel(file, dirname(file), dist)
  const dataset = await open(graph, { folder: dirname(file), root })
  let summary: ConflictSummary | null = null
  let best: Checkpoint | null = null
  const request = { graph, dataset, engine, epochs: graph.training.epochs, seed, resumeFrom: null, checkpointSeconds: 1e9 }
  const outcome = await train(
    request,
    {
      event: event => void (event.type === 'conflict' && (summary = event.summary)),
      flush: () => {},
      // Copied, as training goes on in the same memory.
      saveCheckpoint: (kind, checkpoint) => void (kind === 'best' && (best = structuredClone(checkpoint))),
      loadBest: () => best,
    },
    new TrainingControls(),
  )
  if (outcome.status !== 'completed' || summary === null) throw new Error(outcome.message ?? `the run ended as ${outcome.status}`)
  return { summary, metrics: outcome.metrics }
}

/** Trains the case with a seed of its own for data, weights and batches. @returns what the run says of conflict at its end */
export async function summaryOf(given: Case, seed: number, engine: Engine, dist: string): Promise<ConflictSummary> {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-planted-'))
  try {
    return (await trainFile(plant(given, seed, folder), seed, engine, dist)).summary
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Layers of a run's findings. */
export const found = (summary: ConflictSummary): string[] =>
  summary.layers.filter(({ pairs }) => pairs.some(({ reported }) => reported)).map(({ layer }) => layer)

/** Whether the run says of the case what is true of it. */
export const isRight = (given: Case, summary: ConflictSummary): boolean =>
  given.torn === null ? found(summary).length === 0 : found(summary).join() === given.torn
