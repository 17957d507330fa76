import { Random } from '../../base/random'
import type { Batch } from '../../ir/batch'
import { optimizerOf } from '../../optimizers/table'
import { labelCounts } from '../batchArrays'
import {
  EngineError,
  type ChooseWeights,
  type CompiledModel,
  type CompileRequest,
  type EngineState,
  type Evaluation,
  type GramBlocks,
  type ParameterInfo,
  type StepResult,
  type StepWeights,
} from '../engine'
import { initialize } from '../initialize'
import { parametersOf, statisticsOf, type ParameterSpecification } from '../parameters'
import { EvaluationPass } from './evaluationPass'
import { GradientPass } from './gradientPass'
import { updateOf, type Update } from './optimizers'
import { numbersOf } from './programRun'
import type { Runtime, Values } from './runtime'

/** Weights and optimizer state are tensors of the backend; each update makes new ones, for kernels may keep what they packed of the old. */
export class TfjsModel implements CompiledModel {
  readonly parameters: readonly ParameterInfo[]
  private readonly specifications: readonly ParameterSpecification[]
  private readonly weights = new Map<string, Values>()
  /** By `${slot}/${parameter}`. */
  private readonly slots = new Map<string, Values>()
  private readonly slotNames: readonly string[]
  /** Updates that each parameter has seen. One sits out where none of its tasks is in the batch. */
  private readonly updates = new Map<string, number>()
  private readonly update: Update
  private readonly pass: GradientPass
  private perTaskPass: GradientPass | undefined
  private lossPass: GradientPass | undefined
  private evaluation: EvaluationPass | undefined
  private steps = 0
  private dropoutKey: number

  /** @throws EngineError where the model can't be compiled */
  constructor(
    private readonly runtime: Runtime,
    private readonly request: CompileRequest,
  ) {
    const { graph, optimizer, seed, batchSize, perTaskGradients } = request
    this.specifications = parametersOf(graph)
    const statistics = statisticsOf(graph)
    this.parameters = [...this.specifications, ...statistics].map(({ name, shape, layer, tasks, statistic }) => ({
      name,
      shape,
      layer,
      tasks,
      statistic,
    }))
    const definition = optimizerOf(optimizer.kind)
    if (!definition) throw new EngineError(`unknown optimizer '${optimizer.kind}'`)
    this.slotNames = definition.slots(optimizer.options)
    this.update = updateOf(optimizer.kind, optimizer.options)
    this.dropoutKey = Random.seeded(seed, 'dropout').uint32()
    this.pass = new GradientPass(runtime, graph, this.specifications, batchSize, perTaskGradients)
    const random = Random.seeded(seed, 'weights')
    for (const { name, size, shape, initializer } of [...this.specifications, ...statistics]) {
      const values = new Float32Array(size)
      initialize(values, shape, initializer, random)
      this.put(this.weights, name, values, shape)
    }
    for (const { name, size, shape } of this.specifications) {
      for (const slot of this.slotNames) this.put(this.slots, `${slot}/${name}`, new Float32Array(size), shape)
      this.updates.set(name, 0)
    }
  }

  step(batch: Batch, learningRate: number, choose: ChooseWeights): StepResult {
    const { graph, perTaskGradients, lossesFirst } = this.request
    const counts = labelCounts(graph, batch)
    const present = counts.map(n => n > 0)
    const once = Float64Array.from(present, Number)
    const dropout = { key: this.dropoutKey, step: this.steps }
    let gram: GramBlocks | undefined
    let used = this.pass
    let weights: StepWeights
    if (perTaskGradients) {
      used.run(batch, counts, once, dropout, this.weights)
      gram = used.gram()
      const pass = used
      weights = choose({ present, losses: used.losses(batch, counts), gram, rows: () => pass.rows() })
    } else {
      // A head may move whose task has no say in the trunk: one backward pass of a sum can't give both.
      const apart = ({ shared, heads = once }: StepWeights) => present.some((here, t) => here && shared[t] === 0 && heads[t] !== 0)
      let chosen: StepWeights | undefined
      if (lossesFirst) {
        used.run(batch, counts, losses => (chosen = choose({ present, losses })).shared, dropout, this.weights)
        weights = chosen!
      } else weights = choose({ present })
      if (apart(weights)) {
        used = this.perTask()
        used.run(batch, counts, once, dropout, this.weights)
      } else {
        const { shared, heads = once } = weights
        if (!lossesFirst) used.run(batch, counts, shared, dropout, this.weights)
        weights = { shared, heads: shared.map((w, t) => (w === heads[t] ? 1 : heads[t]! / w)) }
      }
    }
    const finite = this.apply(used, present, weights, learningRate)
    for (const [name, value] of used.statistics) this.replace(this.weights, name, value)
    this.steps++
    return { losses: used.losses(batch, counts), ...(gram ? { gram } : {}), finite }
  }

  lossesAfterStep(batch: Batch): Float64Array {
    const { graph, batchSize } = this.request
    const pass = (this.lossPass ??= new GradientPass(this.runtime, graph, this.specifications, batchSize, null))
    const counts = labelCounts(graph, batch)
    pass.run(batch, counts, new Float64Array(counts.length), { key: this.dropoutKey, step: this.steps - 1 }, this.weights)
    return pass.losses(batch, counts)
  }

  /**
   * Updates the parameters of the tasks in the batch; others sit out, as PyTorch skips parameters without a gradient.
   * @param weights of the rows of shared gradients, where the pass gives one per task, and factors on the gradients of heads
   * @returns whether all new weights are finite
   */
  private apply(pass: GradientPass, present: readonly boolean[], weights: StepWeights, learningRate: number): boolean {
    const { tf } = this.runtime
    const moving = this.specifications.filter(({ tasks }) => tasks.some(t => present[t]))
    const check = tf.tidy(() => {
      let sum: Values = tf.scalar(0)
      const gradients = this.limited(
        moving.map(parameter => {
          const { name, l2 } = parameter
          const gradient = this.gradientOf(pass, parameter, weights)
          // Regularisers are added once, after the tasks' gradients were combined, and count in the norm.
          return l2 > 0 ? tf.add(gradient, tf.mul(this.weights.get(name)!, 2 * l2)) : gradient
        }),
      )
      for (const [i, { name }] of moving.entries()) {
        const step = this.updates.get(name)! + 1
        this.updates.set(name, step)
        const gradient = gradients[i]!
        const slots = this.slotNames.map(slot => this.slots.get(`${slot}/${name}`)!)
        const next = this.update(tf, { weights: this.weights.get(name)!, gradient, slots, learningRate, step })
        this.replace(this.weights, name, next.weights)
        this.slotNames.forEach((slot, i) => this.replace(this.slots, `${slot}/${name}`, next.slots[i]!))
        // x·0 is 0 for finite x, NaN for infinities and NaN.
        sum = tf.add(sum, tf.sum(tf.mul(next.weights, 0)))
      }
      return sum
    })
    const [result] = numbersOf(check)
    check.dispose()
    return result === 0
  }

  /** Keeps the norm of a whole step's gradient within the limit (Pascanu, Mikolov & Bengio 2013, algorithm 1). */
  private limited(gradients: readonly Values[]): readonly Values[] {
    const { tf } = this.runtime
    const { clipNorm } = this.request.graph.training
    if (clipNorm == null || gradients.length === 0) return gradients
    const squares = tf.stack(gradients.map(gradient => tf.sum(tf.mul(gradient, gradient))))
    const norm = Math.sqrt(numbersOf(squares).reduce((sum, square) => sum + square, 0))
    return norm > clipNorm ? gradients.map(gradient => tf.mul(gradient, clipNorm / norm)) : gradients
  }

  private gradientOf(
    pass: GradientPass,
    { name, shape, size, layer, tasks }: ParameterSpecification,
    { shared, heads, layers, direction }: StepWeights,
  ): Values {
    const { tf } = this.runtime
    if (tasks.length === 1) return scaled(tf, pass.gradient(name), heads?.[tasks[0]!] ?? 1)
    if (!pass.perTask) return pass.gradient(name)
    const all = this.specifications.filter(p => p.tasks.length > 1)
    if (direction) {
      const start = all
        .slice(
          0,
          all.findIndex(p => p.name === name),
        )
        .reduce((n, p) => n + p.size, 0)
      return tf.tensor(Float32Array.from(direction.subarray(start, start + size)), [...shape], 'float32')
    }
    const weights = layers ? layers[[...new Set(all.map(p => p.layer))].indexOf(layer)]! : shared
    return tf.addN(tasks.map(t => scaled(tf, pass.taskGradient(t, name)!, weights[t]!)))
  }

  private perTask(): GradientPass {
    const { graph, batchSize, perTaskGradients } = this.request
    if (perTaskGradients) return this.pass
    return (this.perTaskPass ??= new GradientPass(this.runtime, graph, this.specifications, batchSize, true))
  }

  async measureGram(batch: Batch): Promise<GramBlocks> {
    const pass = this.perTask()
    const counts = labelCounts(this.request.graph, batch)
    const once = counts.map(() => 1)
    pass.run(batch, counts, once, { key: this.dropoutKey, step: this.steps }, this.weights)
    return pass.gram()
  }

  evaluate(batch: Batch): Evaluation {
    const { graph, evaluationBatchSize, activations } = this.request
    return (this.evaluation ??= new EvaluationPass(this.runtime, graph, evaluationBatchSize, activations)).run(batch, this.weights)
  }

  readParameters(): Map<string, Float32Array> {
    return new Map(this.parameters.map(({ name }) => [name, numbersOf(this.weights.get(name)!)]))
  }

  writeParameters(values: ReadonlyMap<string, Float32Array>): void {
    for (const { name, shape } of this.parameters) this.put(this.weights, name, values.get(name), shape, `the parameter ${name}`)
  }

  readState(): EngineState {
    const slots = new Map([...this.slots].map(([name, value]) => [name, numbersOf(value)]))
    for (const [name, count] of this.updates) slots.set(`updates/${name}`, Float32Array.of(count))
    return { slots, step: this.steps, random: [this.dropoutKey] }
  }

  writeState({ slots, step, random }: EngineState): void {
    for (const { name, shape } of this.specifications) {
      for (const slot of this.slotNames)
        this.put(this.slots, `${slot}/${name}`, slots.get(`${slot}/${name}`), shape, `the optimizer state ${slot}/${name}`)
      const updates = slots.get(`updates/${name}`)
      if (updates?.length !== 1) throw new EngineError(`the optimizer state updates/${name} is missing`)
      this.updates.set(name, updates[0]!)
    }
    this.steps = step
    this.dropoutKey = random[0]! >>> 0
  }

  dispose(): void {
    this.pass.dispose()
    this.perTaskPass?.dispose()
    this.lossPass?.dispose()
    this.evaluation?.dispose()
    for (const value of [...this.weights.values(), ...this.slots.values()]) value.dispose()
    this.weights.clear()
    this.slots.clear()
  }

  private put(to: Map<string, Values>, name: string, numbers: Float32Array | undefined, shape: readonly number[], what = name): void {
    const size = shape.reduce((n, d) => n * d, 1)
    if (numbers?.length !== size) throw new EngineError(`${what} should have ${size} numbers and has ${numbers?.length ?? 'none'}`)
    to.get(name)?.dispose()
    to.set(name, this.runtime.tf.tensor(numbers.slice(), [...shape], 'float32'))
  }

  /** Takes a value out of the scope in which it was computed. */
  private replace(to: Map<string, Values>, name: string, value: Values): void {
    const kept = this.runtime.tf.keep(value.clone())
    to.get(name)?.dispose()
    to.set(name, kept)
  }
}

const scaled = (tf: Runtime['tf'], value: Values, factor: number): Values => (factor === 1 ? value : tf.mul(value, factor))
