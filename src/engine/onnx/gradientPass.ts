import type { Batch } from '../../ir/batch'
import type { ModelGraph } from '../../ir/graph'
import { size } from '../../tensor/primitive'
import type { GramBlocks } from '../engine'
import { perTaskGradients, sumGradients } from '../gradientProgram'
import { lowerModel, names } from '../modelProgram'
import { Arena, padded } from './arena'
import { BatchBuffers } from './batchBuffers'
import { encodeProgram } from './encodeProgram'
import type { ParameterLayout } from './layout'
import type { Runtime, RuntimeTensor, RuntimeTensors, Session } from './runtime'

/** Names the dropout masks of one step: equal keys give equal masks. */
export interface DropoutKey {
  readonly key: number
  readonly step: number
}

/**
 * Forward and backward of one batch: row losses, and gradients written into an arena. `perTask`: the shared parameters get
 * one gradient per task, as rows of J; else one, of the weighted sum.
 */
export class GradientPass {
  readonly buffers: BatchBuffers
  /** Gradients of all parameters by place; the shared ones' only where not `perTask`. */
  readonly gradient: number
  /** J: a row of shared gradients per task, `stride` bytes apart. */
  readonly rows: number
  readonly stride: number
  private readonly feeds: RuntimeTensors
  private readonly fetches: RuntimeTensors
  private readonly session: Session
  private readonly cotangents: readonly Float32Array[]
  private readonly masks: readonly { readonly address: number; readonly floats: number; readonly rate: number }[]
  private readonly gramAddress: number

  /** @param arena made by `makeArena`, or null for one of its own */
  private constructor(
    runtime: Runtime,
    threads: number,
    private readonly graph: ModelGraph,
    private readonly layout: ParameterLayout,
    plan: Plan,
    readonly arena: Arena,
    parameters: (arena: Arena) => ReadonlyMap<string, RuntimeTensor>,
  ) {
    const { model, outputs, perTask, batchSize } = plan
    const T = graph.tasks.length
    const weights = parameters(arena)
    this.buffers = new BatchBuffers(runtime, graph, model, batchSize, floats => arena.floats(arena.reserve(floats), floats))
    this.gramAddress = arena.reserve(2 * T * T)
    this.gradient = arena.reserve(layout.total)
    this.stride = padded(layout.shared) * 4
    this.rows = perTask ? arena.reserve(T * padded(layout.shared)) : 0

    const feeds = { ...this.buffers.feeds }
    for (const [name, tensor] of weights) feeds[names.parameter(name)] = tensor
    this.cotangents = graph.tasks.map(task => {
      const values = arena.floats(arena.reserve(batchSize), batchSize)
      feeds[names.cotangent(task.name)] = runtime.tensor(values, [batchSize])
      return values
    })
    this.masks = model.program.masks.map(({ name, tensor, rate }) => {
      const floats = size(tensor.shape)
      const address = arena.reserve(floats)
      feeds[name] = runtime.tensor(arena.floats(address, floats), tensor.shape)
      return { address, floats: padded(floats), rate }
    })
    this.fetches = { ...this.buffers.fetches }
    for (const place of layout.places) {
      const into = (address: number) => runtime.tensor(arena.floats(address + place.start * 4, place.size), place.shape)
      if (!perTask || place.tasks.length === 1) this.fetches[names.gradient(place.name)] = into(this.gradient)
      else
        for (const t of place.tasks) this.fetches[names.taskGradient(graph.tasks[t]!.name, place.name)] = into(this.rows + t * this.stride)
    }
    const encoded = encodeProgram(model.program, outputs)
    this.feeds = Object.fromEntries(Object.entries(feeds).filter(([name]) => encoded.inputs.has(name)))
    this.session = runtime.session(encoded.model, threads)
  }

  /**
   * @param extra floats that the caller will reserve in the same arena
   * @param parameters makes or finds the parameters' tensors, in this arena or another
   */
  static create(
    runtime: Runtime,
    threads: number,
    graph: ModelGraph,
    layout: ParameterLayout,
    options: { readonly batchSize: number; readonly perTask: boolean; readonly extra: number },
    parameters: (arena: Arena) => ReadonlyMap<string, RuntimeTensor>,
  ): GradientPass {
    const model = lowerModel(graph, options.batchSize, true)
    const outputs = (options.perTask ? perTaskGradients : sumGradients)(model, graph, layout.places)
    const T = graph.tasks.length
    const floats =
      options.extra +
      BatchBuffers.floats(model, padded) +
      layout.total +
      (options.perTask ? T * padded(layout.shared) : 0) +
      T * padded(options.batchSize) +
      padded(2 * T * T) +
      model.program.masks.reduce((n, mask) => n + padded(size(mask.tensor.shape)), 0)
    return new GradientPass(runtime, threads, graph, layout, { model, outputs, ...options }, new Arena(floats), parameters)
  }

  /**
   * Runs on a batch.
   * @param weights on the tasks' mean losses
   * @returns labelled rows per task
   */
  run(batch: Batch, counts: readonly number[], weights: ArrayLike<number>, dropout: DropoutKey): void {
    this.buffers.load(batch)
    this.graph.tasks.forEach(({ name }, t) => {
      const [cotangent, mask] = [this.cotangents[t]!, batch.masks[name]!]
      const factor = counts[t] ? weights[t]! / counts[t] : 0
      for (let i = 0; i < mask.length; i++) cotangent[i] = mask[i]! * factor
    })
    this.masks.forEach(({ address, floats, rate }, i) => {
      this.arena.kernels.dropout(
        address,
        floats,
        dropout.key ^ Math.imul(i + 1, 0x9e3779b9),
        dropout.step,
        Math.round(rate * 2 ** 32),
        1 / (1 - rate),
      )
    })
    this.session.run(this.feeds, this.fetches)
  }

  /** Gram blocks of the last run, per shared layer. */
  gram(): GramBlocks {
    const T = this.graph.tasks.length
    const blocks = new Float64Array(this.layout.layers.length * T * T)
    this.layout.layers.forEach(({ start, length }, l) => {
      this.arena.kernels.gram(this.rows + start * 4, this.stride, T, length, this.gramAddress)
      blocks.set(this.arena.doubles(this.gramAddress, T * T), l * T * T)
    })
    return { layers: this.layout.layers.map(layer => layer.name), blocks }
  }

  dispose(): void {
    this.session.dispose()
  }
}

interface Plan {
  readonly model: ReturnType<typeof lowerModel>
  readonly outputs: ReturnType<typeof sumGradients>
  readonly perTask: boolean
  readonly batchSize: number
}
