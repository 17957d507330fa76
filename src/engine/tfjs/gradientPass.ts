import type { Batch } from '../../ir/batch'
import type { ModelGraph } from '../../ir/graph'
import { batchArrays, load, meanLosses, weigh, type BatchArrays } from '../batchArrays'
import type { GramBlocks } from '../engine'
import { lossesOnly, perTaskGradients, sumGradients } from '../gradientProgram'
import { lowerModel, names, type ModelProgram } from '../modelProgram'
import type { ParameterSpecification } from '../parameters'
import { dropoutMask } from '../dropout'
import { numbersOf, ProgramRun, type LateValue } from './programRun'
import type { Runtime, Values } from './runtime'

/** Numbers of a gradient that are multiplied at a time: float32 sums of more lose digits. */
const chunk = 16384

/** Forward and backward of one batch: row losses, and gradients that stay with the backend. */
export class GradientPass {
  readonly arrays: BatchArrays
  private readonly model: ModelProgram
  private readonly program: ProgramRun
  private gradients = new Map<string, Values>()

  /** @param perTask whether the shared parameters get a gradient per task; else one, of the weighted sum; null: losses only */
  constructor(
    private readonly runtime: Runtime,
    private readonly graph: ModelGraph,
    private readonly specifications: readonly ParameterSpecification[],
    batchSize: number,
    readonly perTask: boolean | null,
  ) {
    this.model = lowerModel(graph, batchSize, true)
    const outputs =
      perTask === null ? lossesOnly(this.model, graph) : (perTask ? perTaskGradients : sumGradients)(this.model, graph, specifications)
    for (const [name, value] of this.model.updates) outputs.set(names.update(name), value)
    this.program = new ProgramRun(runtime, this.model.program, outputs)
    this.arrays = batchArrays(this.model, batchSize, floats => new Float32Array(floats))
  }

  /**
   * Runs on a batch with weights on the tasks' mean losses.
   * @param counts labelled rows per task
   * @param weights or what chooses them when the losses are known
   */
  run(
    batch: Batch,
    counts: readonly number[],
    weights: ArrayLike<number> | ((losses: Float64Array) => ArrayLike<number>),
    dropout: { readonly key: number; readonly step: number },
    parameters: ReadonlyMap<string, Values>,
  ): void {
    const { arrays, graph, model, program, runtime } = this
    load(arrays, graph, batch)
    const feeds = new Map<string, Values | LateValue>()
    const made: Values[] = []
    const feed = (name: string, shape: readonly number[], numbers: () => Float32Array) => {
      if (!program.inputs.has(name)) return
      const value = runtime.tf.tensor(numbers(), [...shape], 'float32')
      made.push(value)
      feeds.set(name, value)
    }
    for (const [name, { shape }] of model.inputs) feed(names.input(name), shape, () => arrays.inputs[name]!.slice())
    for (const [name, value] of parameters) feeds.set(names.parameter(name), value)
    feed(names.realRows, [arrays.realRows.length], () => arrays.realRows.slice())
    graph.tasks.forEach(({ name }, t) => {
      feed(names.target(name), model.targets[t]!.shape, () => arrays.targets[t]!.slice())
    })
    // Cotangents come after all losses in the program.
    let weighed = false
    const cotangent =
      (t: number): LateValue =>
      of => {
        if (!weighed && typeof weights === 'function') {
          graph.tasks.forEach((_, i) => arrays.losses[i]!.set(numbersOf(of(model.losses[i]!))))
          weigh(arrays, graph, batch, counts, weights(this.losses(batch, counts)))
        }
        weighed = true
        const value = runtime.tf.tensor(arrays.cotangents[t]!.slice(), [...model.losses[t]!.shape], 'float32')
        made.push(value)
        return value
      }
    if (typeof weights !== 'function') weigh(arrays, graph, batch, counts, weights)
    graph.tasks.forEach(({ name }, t) => feeds.set(names.cotangent(name), cotangent(t)))
    model.program.masks.forEach((mask, i) => feed(mask.name, mask.tensor.shape, () => dropoutMask(mask, i, dropout.key, dropout.step)))

    this.forget()
    this.gradients = program.run(feeds)
    for (const value of made) value.dispose()
    graph.tasks.forEach(({ name }, t) => arrays.losses[t]!.set(numbersOf(this.gradients.get(names.loss(name))!)))
  }

  /** Running statistics as they are after the last run, by full name; they stay this pass's. */
  get statistics(): ReadonlyMap<string, Values> {
    return new Map([...this.model.updates.keys()].map(name => [name, this.gradients.get(names.update(name))!]))
  }

  /** Gradient of the weighted sum, or for a parameter of one task, of its own loss; it stays this pass's. */
  gradient(parameter: string): Values {
    return this.gradients.get(names.gradient(parameter))!
  }

  /** Gradient of one task's loss with respect to a shared parameter; only where `perTask`. */
  taskGradient(t: number, parameter: string): Values | undefined {
    return this.gradients.get(names.taskGradient(this.graph.tasks[t]!.name, parameter))
  }

  /** Mean losses of the last run over the labelled rows. */
  losses(batch: Batch, counts: readonly number[]): Float64Array {
    return meanLosses(this.arrays, this.graph, batch, counts)
  }

  /** J, where `perTask`: the shared parameters in order, one after the other. */
  rows(): Float32Array[] {
    const shared = this.specifications.filter(p => p.tasks.length > 1)
    const length = shared.reduce((n, { size }) => n + size, 0)
    return this.graph.tasks.map((_, t) => {
      const row = new Float32Array(length)
      let start = 0
      for (const { name, size } of shared) {
        const gradient = this.taskGradient(t, name)
        if (gradient) row.set(numbersOf(gradient), start)
        start += size
      }
      return row
    })
  }

  /** Gram blocks of the last run, per shared layer. */
  gram(): GramBlocks {
    const T = this.graph.tasks.length
    const shared = this.specifications.filter(p => p.tasks.length > 1)
    const layers = [...new Set(shared.map(p => p.layer))]
    const blocks = new Float64Array(layers.length * T * T)
    for (const parameter of shared) this.addProducts(parameter, blocks.subarray(layers.indexOf(parameter.layer) * T * T).subarray(0, T * T))
    return { layers, blocks }
  }

  private addProducts({ name, size, tasks }: ParameterSpecification, block: Float64Array): void {
    const { tf } = this.runtime
    const T = this.graph.tasks.length
    const rows = tf.tidy(() => tf.stack(tasks.map(t => tf.reshape(this.taskGradient(t, name)!, [size]))))
    for (let start = 0; start < size; start += chunk) {
      const products = tf.tidy(() => {
        const part = tf.slice(rows, [0, start], [tasks.length, Math.min(chunk, size - start)])
        return tf.matMul(part, tf.transpose(part))
      })
      const numbers = numbersOf(products)
      products.dispose()
      tasks.forEach((a, i) => tasks.forEach((b, j) => (block[a * T + b]! += numbers[i * tasks.length + j]!)))
    }
    rows.dispose()
  }

  private forget(): void {
    for (const value of this.gradients.values()) value.dispose()
    this.gradients.clear()
  }

  dispose(): void {
    this.forget()
    this.program.dispose()
  }
}
