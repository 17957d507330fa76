import type { Batch } from '../../ir/batch'
import type { ModelGraph } from '../../ir/graph'
import { size } from '../../tensor/primitive'
import type { CompiledModel } from '../engine'
import { lowerModel, names } from '../modelProgram'
import { BatchBuffers } from './batchBuffers'
import { encodeProgram } from './encodeProgram'
import type { Runtime, RuntimeTensor, RuntimeTensors, Session } from './runtime'

/** The forward pass without dropout: predictions and row losses. */
export class EvaluationPass {
  private readonly buffers: BatchBuffers
  private readonly predictions: readonly Float32Array[]
  private readonly feeds: RuntimeTensors
  private readonly fetches: RuntimeTensors
  private readonly session: Session

  constructor(
    runtime: Runtime,
    threads: number,
    private readonly graph: ModelGraph,
    batchSize: number,
    parameters: ReadonlyMap<string, RuntimeTensor>,
  ) {
    const model = lowerModel(graph, batchSize, false)
    this.buffers = new BatchBuffers(runtime, graph, model, batchSize, floats => new Float32Array(floats))
    const outputs = new Map(
      graph.tasks.flatMap(({ name }, i) => [
        [names.loss(name), model.losses[i]!] as const,
        [names.prediction(name), model.predictions[i]!] as const,
      ]),
    )
    this.fetches = { ...this.buffers.fetches }
    this.predictions = graph.tasks.map(({ name }, i) => {
      const values = new Float32Array(size(model.predictions[i]!.shape))
      this.fetches[names.prediction(name)] = runtime.tensor(values, model.predictions[i]!.shape)
      return values
    })
    const encoded = encodeProgram(model.program, outputs)
    const feeds = { ...this.buffers.feeds }
    for (const [name, tensor] of parameters) feeds[names.parameter(name)] = tensor
    this.feeds = Object.fromEntries(Object.entries(feeds).filter(([name]) => encoded.inputs.has(name)))
    this.session = runtime.session(encoded.model, threads)
  }

  run(batch: Batch): ReturnType<CompiledModel['evaluate']> {
    this.buffers.load(batch)
    this.session.run(this.feeds, this.fetches)
    const byTask = <V>(value: (task: string, i: number) => V) =>
      Object.fromEntries(this.graph.tasks.map(({ name }, i) => [name, value(name, i)]))
    return {
      predictions: byTask((_, i) => this.predictions[i]!.slice()),
      losses: byTask((task, i) => this.buffers.losses[i]!.map((loss, row) => (batch.masks[task]![row] ? loss : 0))),
    }
  }

  dispose(): void {
    this.session.dispose()
  }
}
