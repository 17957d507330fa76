import { Random } from '../../../base/random'
import type { Batch } from '../../../ir/batch'
import type { Choice, ModelGraph } from '../../../ir/graph'
import type { CompiledModel, Engine } from '../../engine'

/** What a training would compute again and again. */
export interface Workload {
  /** With all shapes known. */
  readonly graph: ModelGraph
  readonly optimizer: Choice
  readonly perTaskGradients: boolean
}

export interface Measurement {
  /** Median milliseconds per step. */
  readonly step: number
  /** Mean losses of the first step, per task. */
  readonly losses: readonly number[]
}

/** Steps that are measured at most, and milliseconds after which no further one is begun. */
const mostSteps = 10
const enough = 500

/** Trains a few steps on made-up rows, evaluates once and reads the weights: all that a training asks of an engine. */
export async function measure(engine: Engine, { graph, optimizer, perTaskGradients }: Workload): Promise<Measurement> {
  const rows = graph.training.batchSize
  const model = await engine.compile({ graph, batchSize: rows, evaluationBatchSize: rows, optimizer, perTaskGradients, seed: 1 })
  try {
    const batch = madeUpRows(graph, rows)
    // The first steps compile shaders and fill caches.
    const losses = Array.from(step(model, batch, graph))
    step(model, batch, graph)
    const times: number[] = []
    for (let began = performance.now(); times.length < mostSteps && performance.now() - began < enough;) {
      const before = performance.now()
      step(model, batch, graph)
      times.push(performance.now() - before)
    }
    model.evaluate(batch)
    model.readParameters()
    return { step: times.sort((a, b) => a - b)[times.length >> 1]!, losses }
  } finally {
    model.dispose()
  }
}

const step = (model: CompiledModel, batch: Batch, graph: ModelGraph): Float64Array =>
  model.step(batch, 1e-4, () => ({ shared: new Float64Array(graph.tasks.length).fill(1) })).losses

/** Standard normal inputs; labels are classes or numbers, as the tasks ask. */
function madeUpRows(graph: ModelGraph, rows: number): Batch {
  const random = Random.seeded(1, 'measure')
  const fill = (length: number, value: () => number) => Float32Array.from({ length }, value)
  const floats = (shape: readonly (number | null)[]) => shape.reduce<number>((n, d) => n * d!, rows)
  const inputs = graph.nodes.filter(({ kind }) => kind === 'input' || kind === 'features')
  const classes = graph.tasks.map(({ classes, kind }) => classes?.length ?? (kind === 'binary' ? 2 : 0))
  return {
    rows,
    inputs: Object.fromEntries(inputs.map(({ name, shape }) => [name, fill(floats(shape!), () => random.normal())])),
    targets: Object.fromEntries(
      graph.tasks.map(({ name }, t) => [name, fill(rows, () => (classes[t]! > 0 ? random.below(classes[t]!) : random.uniform()))]),
    ),
    masks: Object.fromEntries(graph.tasks.map(({ name }) => [name, new Float32Array(rows).fill(1)])),
  }
}
