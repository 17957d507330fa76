import type { Batch } from '../../ir/batch'
import type { ModelGraph } from '../../ir/graph'
import type { GramBlocks } from '../engine'
import { Arena, padded } from './arena'
import { batchArrays, load, meanLosses, weigh, type BatchArrays } from '../batchArrays'
import type { ParameterLayout } from './layout'
import { partition, threadsFor, type Partition } from './partition'
import { regionFloats, rowProgram, RowSession, type DropoutKey, type GradientKind, type RowProgram, type Weights } from './rowSession'
import type { Backend } from './runtime'
import { RunQueue } from './runQueue'
import { Shards } from './shards'

export interface PassOptions {
  readonly batchSize: number
  readonly kind: GradientKind
  /** Whether the losses are wanted before the backward pass. */
  readonly lossesFirst: boolean
  /** Floats that the caller will reserve in the same arena. */
  readonly extra: number
}

/** Forward and backward of one batch: row losses, and gradients written into an arena. */
export class GradientPass {
  readonly arena: Arena
  /** Address of the gradients by place: which of them there are, is a matter of the kind. */
  readonly gradient: number
  /** Address of J, of kind `perTask`: a row of shared gradients per task, `stride` bytes apart. */
  readonly rows: number
  readonly stride: number
  readonly arrays: BatchArrays
  private readonly session: RowSession
  private readonly weights: Weights
  private readonly gramAddress: number
  private readonly whole: boolean
  /** Whether it runs as `forward` and `backward`. */
  readonly inHalves: boolean
  /** The weights as the other threads see them. */
  private readonly sharedWeights: Float32Array
  /** Gradients of each run, in shared memory. */
  private readonly regions: readonly Float32Array[]
  private readonly queue: RunQueue
  private shards: Shards | undefined

  private constructor(
    backend: Backend,
    private readonly program: RowProgram,
    private readonly plan: Partition,
    options: PassOptions,
    weights: (arena: Arena) => Weights,
  ) {
    const { layout, graph } = program
    const T = graph.tasks.length
    this.whole = plan.rows === options.batchSize
    const region = padded(regionFloats(program))
    const form = this.whole && options.lossesFirst && gainsByHalves(program) ? 'halves' : 'whole'
    this.inHalves = form === 'halves'
    this.arena = new Arena(options.extra + RowSession.floats(program, form) + (this.whole ? 0 : region) + padded(2 * T * T))
    this.weights = weights(this.arena)
    const threads = this.whole ? threadsFor(program, backend.threads) : 1
    this.session = new RowSession({ ...backend, threads }, program, this.arena, this.weights, form)
    this.arrays = this.whole ? this.session.arrays : batchArrays(program.model, options.batchSize, shared)
    this.sharedWeights = this.whole ? new Float32Array(0) : shared(layout.total)
    this.regions = this.whole ? [] : plan.starts.map(() => shared(regionFloats(program)))
    this.queue = new RunQueue(plan.starts.length)
    const address = this.whole ? this.session.region : this.arena.reserve(region)
    this.gradient = options.kind === 'gram' ? address - layout.shared * 4 : address
    this.stride = layout.shared * 4
    this.rows = this.gradient + layout.total * 4
    this.gramAddress = this.arena.reserve(2 * T * T)
  }

  /** A pass that divides its rows among threads where the model gains by it. */
  static async create(
    backend: Backend,
    graph: ModelGraph,
    layout: ParameterLayout,
    options: PassOptions,
    weights: (arena: Arena) => Weights,
  ): Promise<GradientPass> {
    const { batchSize, kind } = options
    const whole = rowProgram(graph, layout, batchSize, kind)
    const plan = partition(whole, backend.threads)
    const program = plan.rows === batchSize ? whole : rowProgram(graph, layout, plan.rows, kind)
    const pass = new GradientPass(backend, program, plan, options, weights)
    if (plan.threads > 1) {
      const { arrays: batch, sharedWeights: weights, regions } = pass
      const task = {
        graph,
        kind,
        block: backend.block,
        imageLayout: backend.imageLayout ?? 'plain',
        rows: plan.rows,
        starts: plan.starts,
        batch,
        weights,
        regions,
        queue: pass.queue.memory,
      }
      pass.shards = await Shards.start(plan.threads - 1, task)
    }
    return pass
  }

  /** A pass over the whole batch at once, ready without waiting, in an arena of its own. */
  static now(
    backend: Backend,
    graph: ModelGraph,
    layout: ParameterLayout,
    batchSize: number,
    kind: GradientKind,
    weights: Weights,
  ): GradientPass {
    const program = rowProgram(graph, layout, batchSize, kind)
    const options = { batchSize, kind, lossesFirst: false, extra: 0 }
    return new GradientPass(backend, program, { rows: batchSize, starts: [0], threads: 1 }, options, () => weights)
  }

  /** Runs on a batch with weights on the tasks' mean losses. @param counts labelled rows per task */
  run(batch: Batch, counts: readonly number[], weights: ArrayLike<number>, dropout: DropoutKey): void {
    load(this.arrays, this.program.graph, batch)
    weigh(this.arrays, this.program.graph, batch, counts, weights)
    if (this.whole) this.session.run(dropout)
    else this.runParts(dropout)
  }

  /** The forward half of a pass in halves. @returns mean losses over the labelled rows */
  forward(batch: Batch, counts: readonly number[], dropout: DropoutKey): Float64Array {
    load(this.arrays, this.program.graph, batch)
    this.session.forward(dropout)
    return meanLosses(this.arrays, this.program.graph, batch, counts)
  }

  /** The backward half, at the batch that `forward` saw last. */
  backward(batch: Batch, counts: readonly number[], weights: ArrayLike<number>): void {
    weigh(this.arrays, this.program.graph, batch, counts, weights)
    this.session.backward()
  }

  private runParts(dropout: DropoutKey): void {
    const n = regionFloats(this.program)
    const [sum, part] = [this.arena.floats(this.gradient, n), this.arena.floats(this.session.region, n)]
    this.sharedWeights.set(this.weights.values)
    this.queue.open(dropout)
    for (let next = this.queue.take(); next; next = this.queue.take()) {
      this.session.runPart(this.arrays, this.plan.starts[next.run]!, dropout)
      this.regions[next.run]!.set(part)
      this.queue.done()
    }
    this.queue.waitForAll()
    this.shards?.check()
    // In the order of the rows, whoever computed them: float sums depend on it.
    this.regions.forEach((region, i) => {
      if (i === 0) return sum.set(region)
      part.set(region)
      this.arena.kernels.accumulate(this.gradient, this.session.region, padded(n))
    })
  }

  /** J, of kind `perTask`: views that the next run overwrites. */
  get taskRows(): Float32Array[] {
    return this.program.graph.tasks.map((_, t) => this.arena.floats(this.rows + t * this.stride, this.program.layout.shared))
  }

  /** Gram blocks of the last run, per shared layer: of kind `perTask` or `gram`. */
  gram(): GramBlocks {
    const { graph, layout, kind } = this.program
    const T = graph.tasks.length
    const blocks = new Float64Array(layout.layers.length * T * T)
    const block = (l: number) => blocks.subarray(l * T * T, (l + 1) * T * T)
    if (kind === 'gram') {
      for (const { parameter, values } of this.session.grams)
        addSymmetric(block(layout.layers.findIndex(({ name }) => name === parameter.layer)), T, parameter.tasks, values)
    } else {
      layout.layers.forEach(({ start, length }, l) => {
        this.arena.kernels.gram(this.rows + start * 4, this.stride, T, length, this.gramAddress)
        block(l).set(this.arena.doubles(this.gramAddress, T * T))
      })
    }
    return { layers: layout.layers.map(layer => layer.name), blocks }
  }

  /** Running statistics as they are after the last run, by full name. */
  get statistics(): ReadonlyMap<string, Float32Array> {
    return this.session.statistics
  }

  dispose(): void {
    this.shards?.dispose()
    this.session.dispose()
  }
}

/**
 * Whether stopping between forward and backward costs less than a forward pass more. Images lose by it: their activations are large,
 * and the backward forms of convolutions and pooling share values with the forward ones inside of one call.
 */
const gainsByHalves = ({ model }: RowProgram): boolean => !model.program.operations.some(({ kind }) => /conv|pool/i.test(kind))

/** @param block T×T @param values of the tasks' rows and columns, symmetric but for rounding */
function addSymmetric(block: Float64Array, T: number, tasks: readonly number[], values: Float64Array): void {
  const n = tasks.length
  tasks.forEach((t, i) => tasks.forEach((u, j) => (block[t * T + u]! += (values[i * n + j]! + values[j * n + i]!) / 2)))
}

const shared = (floats: number): Float32Array => new Float32Array(new SharedArrayBuffer(floats * 4))
