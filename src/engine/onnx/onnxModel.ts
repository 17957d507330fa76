import { Random } from '../../base/random'
import type { Batch } from '../../ir/batch'
import { optimizerOf } from '../../optimizers/table'
import {
  EngineError,
  type ChooseWeights,
  type CompiledModel,
  type CompileRequest,
  type EngineState,
  type Evaluation,
  type GramBlocks,
  type ImageLayout,
  type ParameterInfo,
  type StepResult,
  type StepWeights,
} from '../engine'
import { choosePasses, type GradientPasses } from '../gradientPasses'
import { initialize } from '../initialize'
import { parametersOf, statisticsOf, type ParameterSpecification } from '../parameters'
import { padded, type Arena } from './arena'
import { labelCounts, meanLosses } from '../batchArrays'
import { chooseImageLayout } from './chooseImageLayout'
import { Direction } from './direction'
import { EvaluationPass } from './evaluationPass'
import { GradientPass } from './gradientPass'
import type { LayoutCache } from './layoutCache'
import { layOut, type ParameterLayout, type ParameterPlace, type Stretch } from './layout'
import { LossPass } from './lossPass'
import type { DropoutKey, Weights } from './rowSession'
import { updateOf, type Update } from './optimizers'
import type { Backend } from './runtime'

/** Floats of shared gradient that are combined and applied at a time: they stay in the cache between the two. */
const chunk = 16384

/** Gets `n` values of gradient at an address, for the parameters from `start` on, and a factor on them. */
type UseGradient = (start: number, n: number, gradient: number, scale: number) => void

/** Where a model's numbers lie in the arena, as byte addresses. */
interface Memory extends Weights {
  readonly weights: number
  /** Running statistics, by full name. */
  readonly statistics: ReadonlyMap<string, Float32Array>
  readonly slots: readonly { readonly name: string; readonly address: number }[]
  /** A chunk of combined gradient. */
  readonly combined: number
  readonly taskWeights: number
  /** null where no step needs it whole. */
  readonly direction: Direction | null
}

export class OnnxModel implements CompiledModel {
  readonly parameters: readonly ParameterInfo[]
  readonly imageLayout?: ImageLayout
  readonly gradientPasses?: GradientPasses
  private readonly arena: Arena
  private readonly update: Update
  /** Updates that each group of parameters has seen. A group sits out where none of its tasks is in the batch. */
  private readonly updates: number[]
  private steps = 0
  private dropoutKey: number
  private perTaskPass: GradientPass | undefined
  private gramPass: GradientPass | undefined
  private lossPass: LossPass | undefined
  private evaluation: EvaluationPass | undefined

  private constructor(
    private readonly backend: Backend,
    private readonly request: CompileRequest,
    private readonly layout: ParameterLayout,
    private readonly pass: GradientPass,
    private readonly memory: Memory,
    passes: GradientPasses | undefined,
  ) {
    const { optimizer, seed, graph } = request
    this.arena = pass.arena
    if (backend.imageLayout) this.imageLayout = backend.imageLayout
    if (passes) this.gradientPasses = passes
    this.update = updateOf(optimizer.kind, optimizer.options)
    this.updates = layout.groups.map(() => 0)
    this.dropoutKey = Random.seeded(seed, 'dropout').uint32()
    const specifications = [...parametersOf(graph), ...statisticsOf(graph)]
    this.parameters = specifications.map(({ name, shape, layer, tasks, statistic }) => ({ name, shape, layer, tasks, statistic }))
    const random = Random.seeded(seed, 'weights')
    for (const { name, shape, initializer } of specifications) initialize(this.values(name), shape, initializer, random)
  }

  /** @throws EngineError where the model can't be compiled */
  static async compile(device: Backend, request: CompileRequest, cache: LayoutCache | null = null): Promise<OnnxModel> {
    const { graph, optimizer, batchSize, perTaskGradients: perTask, gramOnly = false, lossesFirst = false } = request
    const layout = layOut(parametersOf(graph))
    const passes = perTask && gramOnly ? (request.gradientPasses ?? choosePasses(graph.tasks.length * layout.shared)) : undefined
    const kind = !perTask ? 'sum' : passes === 2 ? 'shared' : 'perTask'
    const imageLayout = request.imageLayout ?? chooseImageLayout({ ...device, cache }, graph, layout, { batchSize, kind })
    const backend = { ...device, ...(imageLayout && { imageLayout }) }
    const definition = optimizerOf(optimizer.kind)
    if (!definition) throw new EngineError(`unknown optimizer '${optimizer.kind}'`)
    const slotNames = definition.slots(optimizer.options)
    const statistics = statisticsOf(graph)
    const counted = statistics.reduce((n, { size }) => n + padded(size), 0)
    const clipNorm = graph.training.clipNorm ?? Infinity
    const extra = Direction.floats(layout, clipNorm) + layout.total * (1 + slotNames.length) + chunk + padded(graph.tasks.length) + counted
    let memory: Memory | undefined
    const pass = await GradientPass.create(
      backend,
      graph,
      layout,
      { batchSize, kind, lossesFirst: lossesFirst && !perTask, extra },
      arena => (memory = reserve(backend, arena, { layout, statistics, slotNames, tasks: graph.tasks.length, clipNorm })),
    )
    return new OnnxModel(backend, request, layout, pass, memory!, passes)
  }

  step(batch: Batch, learningRate: number, choose: ChooseWeights): StepResult {
    const { pass } = this
    const { graph, perTaskGradients, lossesFirst = false } = this.request
    const counts = labelCounts(graph, batch)
    const present = counts.map(n => n > 0)
    const once = present.map(Number)
    const dropout = { key: this.dropoutKey, step: this.steps }
    let gram: (() => GramBlocks) | undefined
    let used = pass
    let finite: boolean
    if (this.gradientPasses === 2) {
      const first = this.forGram()
      first.run(batch, counts, once, dropout)
      const blocks = first.gram()
      gram = () => blocks
      const { shared, heads = once } = choose({ present, losses: meanLosses(first.arrays, graph, batch, counts), gram: blocks })
      pass.run(batch, counts, shared, dropout)
      finite = this.applyApart(first, present, heads, learningRate)
    } else if (perTaskGradients) {
      pass.run(batch, counts, once, dropout)
      let blocks: GramBlocks | undefined
      gram = () => (blocks ??= pass.gram())
      const losses = meanLosses(pass.arrays, graph, batch, counts)
      const rows = () => pass.taskRows
      finite = this.applyRows(pass, present, choose(withGram({ present, losses, rows }, gram)), learningRate)
    } else {
      const weights = choose(lossesFirst ? { present, losses: this.forward(batch, counts, dropout) } : { present })
      const { shared, heads = once } = weights
      if (present.some((here, t) => here && shared[t] === 0 && heads[t] !== 0)) {
        // A head moves whose task has no say in the trunk: one backward pass of a sum can't give both.
        used = this.perTask()
        used.run(batch, counts, once, dropout)
        finite = this.applyRows(used, present, weights, learningRate)
      } else {
        if (pass.inHalves) pass.backward(batch, counts, shared)
        else pass.run(batch, counts, shared, dropout)
        const scales = present.map((_, t) => (shared[t] === heads[t] ? 1 : heads[t]! / shared[t]!))
        finite = this.applySum(present, scales, learningRate)
      }
    }
    for (const [name, values] of used.statistics) this.memory.statistics.get(name)!.set(values)
    this.steps++
    const result = { losses: meanLosses(used.arrays, graph, batch, counts), finite }
    return gram ? withGram(result, gram) : result
  }

  lossesAfterStep(batch: Batch): Float64Array {
    return this.forward(batch, labelCounts(this.request.graph, batch), { key: this.dropoutKey, step: this.steps - 1 })
  }

  private forward(batch: Batch, counts: readonly number[], dropout: DropoutKey): Float64Array {
    if (this.pass.inHalves) return this.pass.forward(batch, counts, dropout)
    const { graph, batchSize } = this.request
    return (this.lossPass ??= new LossPass(this.backend, graph, this.layout, batchSize, this.memory)).run(batch, counts, dropout)
  }

  /** Applies the gradient of the weighted sum; head gradients are scaled once more. */
  private applySum(present: readonly boolean[], headScales: readonly number[], learningRate: number): boolean {
    return this.move(present, learningRate, ({ start, length, tasks }, use) =>
      use(start, length, this.pass.gradient + start * 4, tasks.length === 1 ? headScales[tasks[0]!]! : 1),
    )
  }

  /** Applies the gradients of the shared parameters' weighted sum, and those of the tasks' own, which another pass has left in its arena. */
  private applyApart(own: GradientPass, present: readonly boolean[], heads: ArrayLike<number>, learningRate: number): boolean {
    const { combined } = this.memory
    return this.move(present, learningRate, ({ start, length, tasks }, use) => {
      if (tasks.length > 1) return use(start, length, this.pass.gradient + start * 4, 1)
      for (let at = start; at < start + length; at += chunk) {
        const n = Math.min(chunk, start + length - at)
        this.arena.floats(combined, n).set(own.arena.floats(own.gradient + at * 4, n))
        use(at, n, combined, heads[tasks[0]!]!)
      }
    })
  }

  /** Combines the rows of J by the shared weights, or takes the direction that was given, and applies the result. */
  private applyRows(
    rows: GradientPass,
    present: readonly boolean[],
    { shared, heads = new Float64Array(present.length).fill(1), layers, direction }: StepWeights,
    learningRate: number,
  ): boolean {
    const T = present.length
    const { combined, taskWeights } = this.memory
    const foreign = rows.arena !== this.arena
    /** Puts the gradient of `n` shared parameters from `at` on into `combined`. */
    const combine = (weights: Float64Array, at: number, n: number): void => {
      const out = this.arena.floats(combined, n)
      if (direction) out.set(direction.subarray(at, at + n))
      else if (foreign) combineAcross(rows, weights, at, out)
      else {
        this.arena.floats(taskWeights, T).set(weights)
        this.arena.kernels.combine(combined, rows.rows + at * 4, rows.stride, taskWeights, T, n)
      }
    }
    const stretches = ({ start, length, tasks }: Stretch) => {
      if (tasks.length === 1 || !layers) return [{ start, length, weights: shared }]
      const within = (at: number) => at >= start && at < start + length
      return this.layout.layers.flatMap((layer, l) => (within(layer.start) ? [{ ...layer, weights: layers[l]! }] : []))
    }
    return this.move(present, learningRate, (group, use) => {
      const own = group.tasks.length === 1 ? group.tasks[0]! : null
      for (const { start, length, weights } of stretches(group)) {
        for (let at = start; at < start + length; at += chunk) {
          const n = Math.min(chunk, start + length - at)
          if (own !== null && !foreign) {
            use(at, n, rows.gradient + at * 4, heads[own]!)
            continue
          }
          if (own === null) combine(weights, at, n)
          else this.arena.floats(combined, n).set(rows.arena.floats(rows.gradient + at * 4, n))
          use(at, n, combined, own === null ? 1 : heads[own]!)
        }
      }
    })
  }

  /**
   * Moves the weights along the gradients that `visit` gives for each group of parameters. Groups without a task in the batch
   * are skipped, as PyTorch skips parameters without a gradient: their momentum does not move them.
   * @returns whether all weights stay finite
   */
  private move(present: readonly boolean[], learningRate: number, visit: (group: Stretch, use: UseGradient) => void): boolean {
    const { direction } = this.memory
    const groups = this.layout.groups.flatMap((group, i) => (group.tasks.some(t => present[t]) ? [{ group, i }] : []))
    let finite = true
    const apply = (start: number, n: number, gradient: number, scale: number, step: number) => {
      const slots = this.memory.slots.map(({ address }) => address + start * 4)
      const request = { weights: this.memory.weights + start * 4, gradient, slots, n, scale, learningRate, step }
      finite = this.update(this.arena.kernels, request) && finite
    }
    if (direction === null) {
      for (const { group, i } of groups) {
        const step = ++this.updates[i]!
        visit(group, (start, n, gradient, scale) => apply(start, n, gradient, scale, step))
      }
      return finite
    }
    for (const { group } of groups) visit(group, (start, n, gradient, scale) => direction.take(start, n, gradient, scale))
    const scale = direction.finish(groups.map(({ group }) => group))
    for (const { group, i } of groups) apply(group.start, group.length, direction.at(group.start), scale, ++this.updates[i]!)
    return finite
  }

  /** The per-task pass: the step's own, or one compiled when it is first needed. */
  private perTask(): GradientPass {
    const { graph, batchSize, perTaskGradients } = this.request
    if (perTaskGradients && this.gradientPasses !== 2) return this.pass
    return (this.perTaskPass ??= GradientPass.now(this.backend, graph, this.layout, batchSize, 'perTask', this.memory))
  }

  /** The first of two passes, compiled when it is first needed. */
  private forGram(): GradientPass {
    const { graph, batchSize } = this.request
    return (this.gramPass ??= GradientPass.now(this.backend, graph, this.layout, batchSize, 'gram', this.memory))
  }

  async measureGram(batch: Batch): Promise<GramBlocks> {
    const { graph, perTaskGradients } = this.request
    const passes = this.gradientPasses ?? (perTaskGradients ? 1 : choosePasses(graph.tasks.length * this.layout.shared))
    const pass = passes === 2 ? this.forGram() : this.perTask()
    const counts = labelCounts(this.request.graph, batch)
    pass.run(
      batch,
      counts,
      counts.map(() => 1),
      { key: this.dropoutKey, step: this.steps },
    )
    return pass.gram()
  }

  evaluate(batch: Batch): Evaluation {
    const { graph, evaluationBatchSize, activations } = this.request
    return (this.evaluation ??= new EvaluationPass(this.backend, graph, evaluationBatchSize, this.memory.tensors, activations)).run(batch)
  }

  readParameters(): Map<string, Float32Array> {
    return new Map(this.parameters.map(({ name }) => [name, this.values(name).slice()]))
  }

  writeParameters(values: ReadonlyMap<string, Float32Array>): void {
    for (const { name } of this.parameters) fill(this.values(name), values.get(name), `the parameter ${name}`)
  }

  readState(): EngineState {
    const slots = new Map<string, Float32Array>()
    for (const place of this.layout.places) {
      for (const { name, address } of this.memory.slots) slots.set(`${name}/${place.name}`, this.at(address, place).slice())
      slots.set(`updates/${place.name}`, Float32Array.of(this.updates[this.groupOf(place)]!))
    }
    return { slots, step: this.steps, random: [this.dropoutKey] }
  }

  writeState({ slots, step, random }: EngineState): void {
    for (const place of this.layout.places) {
      for (const { name, address } of this.memory.slots)
        fill(this.at(address, place), slots.get(`${name}/${place.name}`), `the optimizer state ${name}/${place.name}`)
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
    this.gramPass?.dispose()
    this.lossPass?.dispose()
    this.evaluation?.dispose()
  }

  private values(name: string): Float32Array {
    return (
      this.memory.statistics.get(name) ??
      this.at(
        this.memory.weights,
        this.layout.places.find(p => p.name === name)!,
      )
    )
  }

  private at(address: number, place: ParameterPlace): Float32Array {
    return this.arena.floats(address + place.start * 4, place.size)
  }

  private groupOf(place: ParameterPlace): number {
    return this.layout.groups.findIndex(group => place.start >= group.start && place.start < group.start + group.length)
  }
}

interface Reservation {
  readonly layout: ParameterLayout
  readonly statistics: readonly ParameterSpecification[]
  readonly slotNames: readonly string[]
  readonly tasks: number
  readonly clipNorm: number
}

function reserve({ runtime }: Backend, arena: Arena, { layout, statistics, slotNames, tasks, clipNorm }: Reservation): Memory {
  const weights = arena.reserve(layout.total)
  const running = new Map(statistics.map(({ name, size }) => [name, arena.floats(arena.reserve(size), size)]))
  return {
    weights,
    statistics: running,
    values: arena.floats(weights, layout.total),
    tensors: new Map([
      ...layout.places.map(p => [p.name, runtime.tensor(arena.floats(weights + p.start * 4, p.size), p.shape)] as const),
      ...statistics.map(p => [p.name, runtime.tensor(running.get(p.name)!, p.shape)] as const),
    ]),
    slots: slotNames.map(name => ({ name, address: arena.reserve(layout.total) })),
    combined: arena.reserve(chunk),
    taskWeights: arena.reserve(tasks),
    direction: Direction.for(arena, layout, weights, clipNorm),
  }
}

/** Gram blocks are worked out when they are first read. */
const withGram = <R extends object>(known: R, gram: () => GramBlocks): R & { readonly gram: GramBlocks } => ({
  ...known,
  get gram() {
    return gram()
  },
})

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
