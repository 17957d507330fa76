import type { ModelGraph } from '../../ir/graph'
import { size } from '../../tensor/primitive'
import { perTaskGradients, sumGradients } from '../gradientProgram'
import { lowerModel, names, type ModelProgram } from '../modelProgram'
import type { Tensor } from '../../tensor/builder'
import { padded, type Arena } from './arena'
import { batchArrays, batchFloats, type BatchArrays } from '../batchArrays'
import { encodeProgram, type Pack } from './encodeProgram'
import { taskPacks } from './taskPacks'
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
  const model = lowerModel(graph, rows, true, { poolByPhases: true })
  const outputs = (perTask ? perTaskGradients : sumGradients)(model, graph, layout.places)
  for (const [name, value] of model.updates) outputs.set(names.update(name), value)
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

/** Weights of a model in memory. */
export interface Weights {
  /** By parameter, running statistics among them. */
  readonly tensors: ReadonlyMap<string, RuntimeTensor>
  /** The learnt ones, by place. */
  readonly values: Float32Array
}

/** Parameters and gradients up to this size cross the border as one tensor: copying them costs less than many tensors. */
const packedFloats = 2 ** 17

/** Where each gradient lies in the region. */
function gradientPack(program: RowProgram): Pack {
  const { layout, graph, perTask } = program
  const members = layout.places.flatMap(({ name, start, tasks }): [string, number][] =>
    perTask && tasks.length > 1
      ? tasks.map(t => [names.taskGradient(graph.tasks[t]!.name, name), layout.total + t * layout.shared + start])
      : [[names.gradient(name), start]],
  )
  return { name: 'gradients', floats: regionFloats(program), members: new Map(members) }
}

/** Forward and backward over a fixed number of rows: reads and writes an arena in place. */
export class RowSession {
  /** Its own rows. */
  readonly arrays: BatchArrays
  /** Address of the gradients. */
  readonly region: number
  /** By full name: running statistics as they are after the rows of the last run. */
  readonly statistics: ReadonlyMap<string, Float32Array>
  private readonly feeds: RuntimeTensors = {}
  private readonly fetches: RuntimeTensors = {}
  private readonly session: Session
  private readonly masks: readonly {
    readonly address: number
    readonly floats: number
    readonly rowFloats: number
    readonly rate: number
  }[]

  /** @param weights in this arena or another */
  constructor(
    { runtime, threads, block, imageLayout }: Backend,
    private readonly program: RowProgram,
    private readonly arena: Arena,
    weights: Weights,
  ) {
    const { layout, model, outputs } = program
    this.arrays = batchArrays(model, program.rows, floats => arena.floats(arena.reserve(floats), floats))
    this.region = arena.reserve(regionFloats(program))
    const gradients = gradientPack(program)
    const small = gradients.floats <= packedFloats
    const packs = taskPacks(program.graph, program.rows)
    const parameters = {
      name: 'parameters',
      floats: layout.total,
      members: new Map(layout.places.map(p => [names.parameter(p.name), p.start])),
    }
    const encoded = encodeProgram(model.program, outputs, {
      block,
      ...(imageLayout && { imageLayout }),
      inputs: [packs.targets, packs.cotangents, ...(small ? [parameters] : [])],
      outputs: [packs.losses, ...(small ? [gradients] : [])],
    })

    const feed = (name: string, values: Float32Array, shape: readonly number[]) => {
      if (encoded.inputs.has(name)) this.feeds[name] = runtime.tensor(values, shape)
    }
    for (const [name, { shape }] of model.inputs) feed(names.input(name), this.arrays.inputs[name]!, shape)
    feed(names.realRows, this.arrays.realRows, [program.rows])
    feed(packs.targets.name, this.arrays.together.targets, [packs.targets.floats])
    feed(packs.cotangents.name, this.arrays.together.cotangents, [packs.cotangents.floats])
    feed(parameters.name, weights.values, [parameters.floats])
    for (const [name, tensor] of weights.tensors) if (encoded.inputs.has(names.parameter(name))) this.feeds[names.parameter(name)] = tensor
    this.masks = model.program.masks.map(({ name, tensor: { shape }, rate }) => {
      const address = arena.reserve(size(shape))
      feed(name, arena.floats(address, size(shape)), shape)
      return { address, floats: padded(size(shape)), rowFloats: size(shape.slice(1)), rate }
    })
    this.statistics = new Map(
      [...model.updates].map(([name, { shape }]) => {
        const values = arena.floats(arena.reserve(size(shape)), size(shape))
        this.fetches[names.update(name)] = runtime.tensor(values, shape)
        return [name, values]
      }),
    )

    this.fetches[packs.losses.name] = runtime.tensor(this.arrays.together.losses, [packs.losses.floats])
    const fetch = (name: string, start: number, shape: readonly number[]) =>
      (this.fetches[name] = runtime.tensor(arena.floats(this.region + start * 4, size(shape)), shape))
    if (small) fetch(gradients.name, 0, [gradients.floats])
    else for (const [name, start] of gradients.members) fetch(name, start, outputs.get(name)!.shape)
    this.session = runtime.session(encoded.model, threads)
  }

  /** Floats that a session reserves in its arena. */
  static floats(program: RowProgram): number {
    const masks = program.model.program.masks.reduce((n, mask) => n + padded(size(mask.tensor.shape)), 0)
    const statistics = [...program.model.updates.values()].reduce((n, { shape }) => n + padded(size(shape)), 0)
    return batchFloats(program.model, program.rows, padded) + padded(regionFloats(program)) + masks + statistics
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
    take(batch.realRows, arrays.realRows, from, this.program.rows)
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
