import { Random } from '../../base/random'
import type { Batch } from '../../ir/batch'
import { optimizerOf } from '../../optimizers/table'
import {
  EngineError,
  type CompiledModel,
  type CompileRequest,
  type EngineState,
  type GramBlocks,
  type ParameterInfo,
  type StepResult,
  type StepWeights,
} from '../engine'
import { initialize, parametersOf } from '../parameters'
import { padded, type Arena } from './arena'
import { EvaluationPass } from './evaluationPass'
import { GradientPass } from './gradientPass'
import { layOut, type ParameterLayout, type ParameterPlace } from './layout'
import { updateOf, type Update } from './optimizers'
import type { Runtime, RuntimeTensor } from './runtime'

/** Floats of shared gradient that are combined and applied at a time: they stay in the cache between the two. */
const chunk = 16384

export class OnnxModel implements CompiledModel {
  readonly parameters: readonly ParameterInfo[]
  private readonly layout: ParameterLayout
  private readonly arena: Arena
  private readonly pass: GradientPass
  private readonly update: Update
  private readonly slotNames: readonly string[]
  /** Addresses in the arena: all parameters, the same for each slot, a chunk of combined gradient, task weights. */
  private weights = 0
  private slots: readonly number[] = []
  private combined = 0
  private taskWeights = 0
  private tensors: ReadonlyMap<string, RuntimeTensor> = new Map()
  /** Updates that each group of parameters has seen. A group sits out where none of its tasks is in the batch. */
  private readonly updates: number[]
  private steps = 0
  private dropoutKey: number
  private perTaskPass: GradientPass | undefined
  private evaluation: EvaluationPass | undefined

  constructor(
    private readonly runtime: Runtime,
    private readonly threads: number,
    private readonly request: CompileRequest,
  ) {
    const { graph, optimizer, batchSize, perTaskGradients, seed } = request
    const specifications = parametersOf(graph)
    this.layout = layOut(specifications)
    this.parameters = specifications.map(({ name, shape, layer, tasks }) => ({ name, shape, layer, tasks }))
    this.update = updateOf(optimizer.kind, optimizer.options)
    this.slotNames = optimizerOf(optimizer.kind)!.slots(optimizer.options)
    this.updates = this.layout.groups.map(() => 0)
    this.dropoutKey = Random.seeded(seed, 'dropout').uint32()

    const T = graph.tasks.length
    const extra = this.layout.total * (1 + this.slotNames.length) + chunk + padded(T)
    this.pass = GradientPass.create(runtime, threads, graph, this.layout, { batchSize, perTask: perTaskGradients, extra }, arena =>
      this.allocate(arena),
    )
    this.arena = this.pass.arena
    const random = Random.seeded(seed, 'weights')
    for (const { name, initializer } of specifications) initialize(this.place(name).values, initializer, random)
  }

  private allocate(arena: Arena): ReadonlyMap<string, RuntimeTensor> {
    this.weights = arena.reserve(this.layout.total)
    this.slots = this.slotNames.map(() => arena.reserve(this.layout.total))
    this.combined = arena.reserve(chunk)
    this.taskWeights = arena.reserve(this.request.graph.tasks.length)
    this.tensors = new Map(
      this.layout.places.map(p => [p.name, this.runtime.tensor(arena.floats(this.weights + p.start * 4, p.size), p.shape)]),
    )
    return this.tensors
  }

  step(batch: Batch, learningRate: number, choose: (view: { present: readonly boolean[]; gram?: GramBlocks }) => StepWeights): StepResult {
    const { pass } = this
    const counts = pass.buffers.counts(batch)
    const present = counts.map(n => n > 0)
    const dropout = { key: this.dropoutKey, step: this.steps }
    let gram: GramBlocks | undefined
    let finite: boolean
    if (this.request.perTaskGradients) {
      pass.run(batch, counts, present.map(Number), dropout)
      gram = pass.gram()
      const { shared, heads } = choose({ present, gram })
      finite = this.applyRows(pass, present, shared, heads ?? present.map(Number), learningRate)
    } else {
      const { shared, heads = present.map(Number) } = choose({ present })
      if (present.some((here, t) => here && shared[t] === 0 && heads[t] !== 0)) {
        // A head moves whose task has no say in the trunk: the one backward pass can't give both.
        const rows = this.perTask()
        rows.run(batch, counts, present.map(Number), dropout)
        pass.buffers.load(batch)
        pass.buffers.losses.forEach((losses, t) => losses.set(rows.buffers.losses[t]!))
        this.takeHeads(rows)
        finite = this.applyRows(rows, present, shared, heads, learningRate)
      } else {
        pass.run(batch, counts, shared, dropout)
        const scales = present.map((_, t) => (shared[t] === heads[t] ? 1 : heads[t]! / shared[t]!))
        finite = this.applySum(present, scales, learningRate)
      }
    }
    this.steps++
    return { losses: pass.buffers.meanLosses(batch, counts), ...(gram ? { gram } : {}), finite }
  }

  /** Applies the gradient of the weighted sum; head gradients are scaled once more. */
  private applySum(present: readonly boolean[], headScales: readonly number[], learningRate: number): boolean {
    let finite = true
    this.layout.groups.forEach((group, i) => {
      if (!group.tasks.some(t => present[t])) return
      const scale = group.tasks.length === 1 ? headScales[group.tasks[0]!]! : 1
      finite =
        this.apply(i, group.start, group.length, this.pass.gradient + group.start * 4, scale, learningRate, ++this.updates[i]!) && finite
    })
    return finite
  }

  /** Combines the rows of J by the shared weights, and applies the result. */
  private applyRows(
    rows: GradientPass,
    present: readonly boolean[],
    shared: ArrayLike<number>,
    heads: ArrayLike<number>,
    learningRate: number,
  ): boolean {
    const T = present.length
    const foreign = rows.arena !== this.arena
    this.arena.floats(this.taskWeights, T).set(Float32Array.from(shared))
    let finite = true
    this.layout.groups.forEach((group, i) => {
      if (!group.tasks.some(t => present[t])) return
      const step = ++this.updates[i]!
      if (group.tasks.length === 1) {
        finite =
          this.apply(i, group.start, group.length, this.pass.gradient + group.start * 4, heads[group.tasks[0]!]!, learningRate, step) &&
          finite
        return
      }
      for (let at = 0; at < group.length; at += chunk) {
        const [start, n] = [group.start + at, Math.min(chunk, group.length - at)]
        if (foreign) combineAcross(rows, shared, start, this.arena.floats(this.combined, n))
        else this.arena.kernels.combine(this.combined, rows.rows + start * 4, rows.stride, this.taskWeights, T, n)
        finite = this.apply(i, start, n, this.combined, 1, learningRate, step) && finite
      }
    })
    return finite
  }

  private apply(_group: number, start: number, n: number, gradient: number, scale: number, learningRate: number, step: number): boolean {
    const slots = this.slots.map(slot => slot + start * 4)
    return this.update(this.arena.kernels, { weights: this.weights + start * 4, gradient, slots, n, scale, learningRate, step })
  }

  /** Copies the head gradients of a pass with an arena of its own. */
  private takeHeads(rows: GradientPass): void {
    const { shared, total } = this.layout
    this.arena.floats(this.pass.gradient + shared * 4, total - shared).set(rows.arena.floats(rows.gradient + shared * 4, total - shared))
  }

  /** The per-task pass: the step's own, or one compiled when it is first needed. */
  private perTask(): GradientPass {
    if (this.request.perTaskGradients) return this.pass
    const { graph, batchSize } = this.request
    return (this.perTaskPass ??= GradientPass.create(
      this.runtime,
      this.threads,
      graph,
      this.layout,
      { batchSize, perTask: true, extra: 0 },
      () => this.tensors,
    ))
  }

  async measureGram(batch: Batch): Promise<GramBlocks> {
    const pass = this.perTask()
    const counts = pass.buffers.counts(batch)
    pass.run(
      batch,
      counts,
      counts.map(() => 1),
      { key: this.dropoutKey, step: this.steps },
    )
    return pass.gram()
  }

  evaluate(batch: Batch): ReturnType<CompiledModel['evaluate']> {
    const { graph, evaluationBatchSize } = this.request
    return (this.evaluation ??= new EvaluationPass(this.runtime, this.threads, graph, evaluationBatchSize, this.tensors)).run(batch)
  }

  readParameters(): Map<string, Float32Array> {
    return new Map(this.parameters.map(({ name }) => [name, this.place(name).values.slice()]))
  }

  writeParameters(values: ReadonlyMap<string, Float32Array>): void {
    for (const { name } of this.parameters) fill(this.place(name).values, values.get(name), `the parameter ${name}`)
  }

  readState(): EngineState {
    const slots = new Map<string, Float32Array>()
    for (const place of this.layout.places) {
      this.slotNames.forEach((slot, s) => slots.set(`${slot}/${place.name}`, this.slotValues(s, place).slice()))
      slots.set(`updates/${place.name}`, Float32Array.of(this.updates[this.groupOf(place)]!))
    }
    return { slots, step: this.steps, random: [this.dropoutKey] }
  }

  writeState({ slots, step, random }: EngineState): void {
    for (const place of this.layout.places) {
      this.slotNames.forEach((slot, s) =>
        fill(this.slotValues(s, place), slots.get(`${slot}/${place.name}`), `the optimizer state ${slot}/${place.name}`),
      )
      const updates = slots.get(`updates/${place.name}`)
      if (updates?.length !== 1) throw new EngineError(`the optimizer state updates/${place.name} is missing`)
      this.updates[this.groupOf(place)] = updates[0]!
    }
    this.steps = step
    this.dropoutKey = random[0]! >>> 0
  }

  dispose(): void {
    this.pass.dispose()
    this.perTaskPass?.dispose()
    this.evaluation?.dispose()
  }

  private place(name: string): ParameterPlace & { readonly values: Float32Array } {
    const place = this.layout.places.find(p => p.name === name)!
    return { ...place, values: this.arena.floats(this.weights + place.start * 4, place.size) }
  }

  private slotValues(slot: number, place: ParameterPlace): Float32Array {
    return this.arena.floats(this.slots[slot]! + place.start * 4, place.size)
  }

  private groupOf(place: ParameterPlace): number {
    return this.layout.groups.findIndex(group => place.start >= group.start && place.start < group.start + group.length)
  }
}

function combineAcross(rows: GradientPass, weights: ArrayLike<number>, start: number, out: Float32Array): void {
  out.fill(0)
  for (let t = 0; t < weights.length; t++) {
    const row = rows.arena.floats(rows.rows + t * rows.stride + start * 4, out.length)
    for (let i = 0; i < out.length; i++) out[i]! += weights[t]! * row[i]!
  }
}

function fill(to: Float32Array, from: Float32Array | undefined, what: string): void {
  if (from?.length !== to.length) throw new EngineError(`${what} should have ${to.length} numbers and has ${from?.length ?? 'none'}`)
  to.set(from)
}
