import type { Options } from '../../../src/base/options'
import { resolve } from 'node:path'
import { open } from '../../../src/data/open'
import { openOnnxEngine } from '../../../src/engine/onnx/onnxEngine'
import type { GraphTask, ModelGraph, TrainingSettings } from '../../../src/ir/graph'
import type { Checkpoint } from '../../../src/runs/checkpoint'
import type { RunEvent } from '../../../src/runs/events'
import type { TrainingRequest, TrainingSinks } from '../../../src/training/request'
import { GraphBuilder } from '../../fixtures/models/graphBuilder'
import { modelOf, penguins } from '../data/model'

/** The penguins with a small trunk, batch norm, dropout and three tasks, put together without the language. */
export function penguinsGraph(training: Partial<TrainingSettings> = {}, taskWeight = 1): ModelGraph {
  const data = modelOf(penguins)
  const b = new GraphBuilder()
  const columns = b.input('columns', [6], data.nodes[0]!.options)
  const dense = b.layer('dense', columns, { units: 16, activation: 'relu', l2: 1e-4 }, 'trunk')
  const trunk = b.layer('dropout', b.layer('batchNorm', dense, {}, 'norm'), { rate: 0.1 })
  b.task('species', 'classification', trunk, 3)
  b.task('sex', 'classification', trunk, 2)
  b.task('mass', 'regression', trunk)
  const built = b.build(32)
  const tasks = built.tasks.map((task, i): GraphTask => ({
    ...task,
    label: data.tasks[i]!.label,
    weight: task.name === 'mass' ? taskWeight : 1,
  }))
  const nodes = built.nodes.map(node =>
    node.kind === 'features' ? { ...node, options: { ...node.options, source: 0, ...(penguins.features as Options) } } : node,
  )
  return { ...built, nodes, tasks, sources: data.sources, training: { ...built.training, epochs: 4, ...training } }
}

export async function penguinsRequest(graph: ModelGraph, resumeFrom: Checkpoint | null = null, seed = 1): Promise<TrainingRequest> {
  return {
    graph,
    dataset: await open(graph, { folder: resolve('examples/penguins') }),
    engine: await openOnnxEngine({ threads: 1 }),
    epochs: graph.training.epochs,
    seed,
    resumeFrom,
    checkpointSeconds: 1e9,
  }
}

/** Keeps everything in memory. */
export class Recorder implements TrainingSinks {
  readonly events: RunEvent[] = []
  readonly checkpoints = new Map<'last' | 'best', Checkpoint>()

  constructor(private readonly onEvent: (event: RunEvent) => void = () => {}) {}

  event(event: RunEvent): void {
    this.events.push(event)
    this.onEvent(event)
  }
  flush(): void {}
  saveCheckpoint(kind: 'last' | 'best', checkpoint: Checkpoint): void {
    this.checkpoints.set(kind, checkpoint)
  }
  loadBest(): Checkpoint | null {
    return this.checkpoints.get('best') ?? null
  }

  of<T extends RunEvent['type']>(type: T): Extract<RunEvent, { type: T }>[] {
    return this.events.filter(event => event.type === type) as Extract<RunEvent, { type: T }>[]
  }
}
