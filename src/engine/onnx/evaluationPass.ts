import type { Batch } from '../../ir/batch'
import type { ModelGraph } from '../../ir/graph'
import type { Tensor } from '../../tensor/builder'
import { size } from '../../tensor/primitive'
import type { Evaluation } from '../engine'
import { lowerModel, names } from '../modelProgram'
import { batchArrays, load, type BatchArrays } from '../batchArrays'
import { encodeProgram } from './encodeProgram'
import { taskPacks } from './taskPacks'
import type { Backend, RuntimeTensor, RuntimeTensors, Session } from './runtime'

/** The forward pass without dropout: predictions and row losses, and the outputs of chosen nodes. */
export class EvaluationPass {
  private readonly arrays: BatchArrays
  private readonly predictions: readonly Float32Array[]
  private readonly activations: ReadonlyMap<number, Float32Array>
  private readonly feeds: RuntimeTensors = {}
  private readonly fetches: RuntimeTensors = {}
  private readonly session: Session

  constructor(
    { runtime, threads, block, imageLayout }: Backend,
    private readonly graph: ModelGraph,
    rows: number,
    parameters: ReadonlyMap<string, RuntimeTensor>,
    activations: readonly number[] = [],
  ) {
    const model = lowerModel(graph, rows, false)
    this.arrays = batchArrays(model, rows, floats => new Float32Array(floats))
    this.predictions = model.predictions.map(({ shape }) => new Float32Array(size(shape)))
    const packs = taskPacks(graph, rows)
    const outputs = new Map<string, Tensor>()
    graph.tasks.forEach(({ name }, t) => {
      outputs.set(names.loss(name), model.losses[t]!)
      outputs.set(names.prediction(name), model.predictions[t]!)
      this.fetches[names.prediction(name)] = runtime.tensor(this.predictions[t]!, model.predictions[t]!.shape)
    })
    const asked = activations.map(node => [node, model.activation(node)] as const)
    this.activations = new Map(asked.map(([node, { shape }]) => [node, new Float32Array(size(shape))]))
    for (const [node, tensor] of asked) {
      outputs.set(names.activation(node), tensor)
      this.fetches[names.activation(node)] = runtime.tensor(this.activations.get(node)!, tensor.shape)
    }
    this.fetches[packs.losses.name] = runtime.tensor(this.arrays.together.losses, [packs.losses.floats])
    const encoded = encodeProgram(model.program, outputs, {
      block,
      ...(imageLayout && { imageLayout }),
      inputs: [packs.targets],
      outputs: [packs.losses],
    })
    const feed = (name: string, tensor: () => RuntimeTensor) => encoded.inputs.has(name) && (this.feeds[name] = tensor())
    for (const [name, { shape }] of model.inputs) feed(names.input(name), () => runtime.tensor(this.arrays.inputs[name]!, shape))
    for (const [name, tensor] of parameters) feed(names.parameter(name), () => tensor)
    feed(packs.targets.name, () => runtime.tensor(this.arrays.together.targets, [packs.targets.floats]))
    this.session = runtime.session(encoded.model, threads)
  }

  run(batch: Batch): Evaluation {
    load(this.arrays, this.graph, batch)
    this.session.run(this.feeds, this.fetches)
    const byTask = <V>(value: (task: string, t: number) => V) =>
      Object.fromEntries(this.graph.tasks.map(({ name }, t) => [name, value(name, t)]))
    return {
      predictions: byTask((_, t) => this.predictions[t]!.slice()),
      losses: byTask((task, t) => this.arrays.losses[t]!.map((loss, row) => (batch.masks[task]![row] ? loss : 0))),
      activations: new Map([...this.activations].map(([node, values]) => [node, values.slice()])),
    }
  }

  dispose(): void {
    this.session.dispose()
  }
}
