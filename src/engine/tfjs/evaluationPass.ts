import type { Batch } from '../../ir/batch'
import type { ModelGraph } from '../../ir/graph'
import type { Tensor } from '../../tensor/builder'
import { batchArrays, load, type BatchArrays } from '../batchArrays'
import type { Evaluation } from '../engine'
import { lowerModel, names, type ModelProgram } from '../modelProgram'
import { numbersOf, ProgramRun } from './programRun'
import type { Runtime, Values } from './runtime'

/** The forward pass without dropout: predictions and row losses, and the outputs of chosen nodes. */
export class EvaluationPass {
  private readonly arrays: BatchArrays
  private readonly model: ModelProgram
  private readonly program: ProgramRun

  constructor(
    private readonly runtime: Runtime,
    private readonly graph: ModelGraph,
    rows: number,
    private readonly activations: readonly number[] = [],
  ) {
    this.model = lowerModel(graph, rows, false)
    const outputs = graph.tasks.flatMap(({ name }, t): [string, Tensor][] => [
      [names.loss(name), this.model.losses[t]!],
      [names.prediction(name), this.model.predictions[t]!],
    ])
    for (const node of activations) outputs.push([names.activation(node), this.model.activation(node)])
    this.program = new ProgramRun(runtime, this.model.program, new Map(outputs))
    this.arrays = batchArrays(this.model, rows, floats => new Float32Array(floats))
  }

  run(batch: Batch, parameters: ReadonlyMap<string, Values>): Evaluation {
    const { tf } = this.runtime
    load(this.arrays, this.graph, batch)
    const feeds = new Map([...parameters].map(([name, value]) => [names.parameter(name), value]))
    const made = [
      ...[...this.model.inputs].map(([name, { shape }]) => [names.input(name), shape, this.arrays.inputs[name]!] as const),
      ...this.graph.tasks.map(({ name }, t) => [names.target(name), this.model.targets[t]!.shape, this.arrays.targets[t]!] as const),
    ].map(([name, shape, numbers]) => {
      const value = tf.tensor(numbers.slice(), [...shape], 'float32')
      feeds.set(name, value)
      return value
    })
    const results = this.program.run(feeds)
    for (const value of made) value.dispose()
    const numbers = new Map([...results].map(([name, value]) => [name, numbersOf(value)]))
    for (const value of results.values()) value.dispose()
    const byTask = <V>(value: (task: string) => V) => Object.fromEntries(this.graph.tasks.map(({ name }) => [name, value(name)]))
    return {
      predictions: byTask(task => numbers.get(names.prediction(task))!),
      losses: byTask(task => numbers.get(names.loss(task))!.map((loss, row) => (batch.masks[task]![row] ? loss : 0))),
      activations: new Map(this.activations.map(node => [node, numbers.get(names.activation(node))!])),
    }
  }

  dispose(): void {
    this.program.dispose()
  }
}
