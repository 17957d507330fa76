import type { ModelGraph } from '../../ir/graph'
import { size } from '../../tensor/primitive'
import { perTaskGradients, sumGradients } from '../gradientProgram'
import { lowerModel, names, type ModelProgram } from '../modelProgram'
import type { Tensor } from '../../tensor/builder'
import { padded, type Arena } from './arena'
import { batchArrays, batchFloats, type BatchArrays } from '../batchArrays'
import { encodeProgram } from './encodeProgram'
import type { ParameterLayout } from './layout'
import type { Backend, RuntimeTensor, RuntimeTensors, Session } from './runtime'

/** The program of a forward and backward pass over some rows. */
export interface RowProgram {
  readonly graph: ModelGraph
  readonly layout: ParameterLayout
  readonly model: ModelProgram
  readonly outputs: ReadonlyMap<string, Tensor>
  readonly rows: number
  readonly perTask: boolean
}

/** @param perTask the shared parameters get one gradient per task, as rows of J; else one, of the weighted sum */
export function rowProgram(graph: ModelGraph, layout: ParameterLayout, rows: number, perTask: boolean): RowProgram {
  const model = lowerModel(graph, rows, true)
  const outputs = (perTask ? perTaskGradients : sumGradients)(model, graph, layout.places)
  return { graph, layout, model, outputs, rows, perTask }
}

/** Names the dropout masks of one step: equal keys give equal masks. */
export interface DropoutKey {
  readonly key: number
  readonly step: number
}

/** Floats of a region of gradients: all parameters by place, then for per-task passes J, a row of shared gradients per task. */
export const regionFloats = ({ layout, graph, perTask }: RowProgram): number =>
  layout.total + (perTask ? graph.tasks.length * layout.shared : 0)

/** Forward and backward over a fixed number of rows: reads and writes an arena in place. */
export class RowSession {
  /** Its own rows. */
  readonly arrays: BatchArrays
  /** Address of the gradients. */
  readonly region: number
  private readonly feeds: RuntimeTensors = {}
  private readonly fetches: RuntimeTensors = {}
  private readonly session: Session
  private readonly masks: readonly { readonly address: number; readonly floats: number; readonly rowFloats: number; readonly rate: number }[]

  /** @param parameters tensors over the weights, in this arena or another */
  constructor(
    { runtime, threads, block }: Backend,
    private readonly program: RowProgram,
    private readonly arena: Arena,
    parameters: ReadonlyMap<string, RuntimeTensor>,
  ) {
    const { graph, layout, model, rows, perTask, outputs } = program
    this.arrays = batchArrays(model, rows, floats => arena.floats(arena.reserve(floats), floats))
    this.region = arena.reserve(regionFloats(program))
    const encoded = encodeProgram(model.program, outputs, block)
    const feed = (name: string, tensor: () => RuntimeTensor) => encoded.inputs.has(name) && (this.feeds[name] = tensor())

    for (const [name, { shape }] of model.inputs) feed(names.input(name), () => runtime.tensor(this.arrays.inputs[name]!, shape))
    for (const [name, tensor] of parameters) feed(names.parameter(name), () => tensor)
    graph.tasks.forEach(({ name }, t) => {
      feed(names.target(name), () => runtime.tensor(this.arrays.targets[t]!, [rows]))
      feed(names.cotangent(name), () => runtime.tensor(this.arrays.cotangents[t]!, [rows]))
      this.fetches[names.loss(name)] = runtime.tensor(this.arrays.losses[t]!, [rows])
    })
    this.masks = model.program.masks.map(({ name, tensor: { shape }, rate }) => {
      const address = arena.reserve(size(shape))
      feed(name, () => runtime.tensor(arena.floats(address, size(shape)), shape))
      return { address, floats: padded(size(shape)), rowFloats: size(shape.slice(1)), rate }
    })
    for (const place of layout.places) {
      const at = (float: number) => runtime.tensor(arena.floats(this.region + float * 4, place.size), place.shape)
      if (!perTask || place.tasks.length === 1) this.fetches[names.gradient(place.name)] = at(place.start)
      else
        for (const t of place.tasks)
          this.fetches[names.taskGradient(graph.tasks[t]!.name, place.name)] = at(layout.total + t * layout.shared + place.start)
    }
    this.session = runtime.session(encoded.model, threads)
  }

  /** Floats that a session reserves in its arena. */
  static floats(program: RowProgram): number {
    const masks = program.model.program.masks.reduce((n, mask) => n + padded(size(mask.tensor.shape)), 0)
    return batchFloats(program.model, program.rows, padded) + padded(regionFloats(program)) + masks
  }

  /**
   * Runs on the rows that stand in its own arrays.
   * @param from place of the first row in the batch: a row's mask does not depend on how the batch is divided
   */
  run({ key, step }: DropoutKey, from = 0): void {
    this.masks.forEach(({ address, floats, rowFloats, rate }, i) => {
      const [threshold, scale] = [Math.round(rate * 2 ** 32), 1 / (1 - rate)]
      this.arena.kernels.dropout(address, floats, (key ^ Math.imul(i + 1, 0x9e3779b9)) + from * rowFloats, step, threshold, scale)
    })
    this.session.run(this.feeds, this.fetches)
  }

  /** Runs on the rows of a longer batch that start at `from`, and puts their losses there. What lacks at its end counts as rows of zeros. */
  runPart(batch: BatchArrays, from: number, dropout: DropoutKey): void {
    const { arrays } = this
    for (const [name, values] of Object.entries(arrays.inputs)) take(batch.inputs[name]!, values, from, this.program.rows)
    arrays.targets.forEach((values, t) => take(batch.targets[t]!, values, from, this.program.rows))
    arrays.cotangents.forEach((values, t) => take(batch.cotangents[t]!, values, from, this.program.rows))
    this.run(dropout, from)
    arrays.losses.forEach((values, t) => batch.losses[t]!.set(values.subarray(0, batch.losses[t]!.length - from), from))
  }

  dispose(): void {
    this.session.dispose()
  }
}

function take(from: Float32Array, to: Float32Array, row: number, rows: number): void {
  const start = (to.length / rows) * row
  const part = from.subarray(start, start + to.length)
  to.set(part)
  if (part.length < to.length) to.fill(0, part.length)
}
