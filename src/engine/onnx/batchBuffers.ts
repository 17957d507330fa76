import type { Batch } from '../../ir/batch'
import type { ModelGraph } from '../../ir/graph'
import { EngineError } from '../engine'
import { names, type ModelProgram } from '../modelProgram'
import { size } from '../../tensor/primitive'
import type { Runtime, RuntimeTensors } from './runtime'

/** The inputs and row losses of one program, allocated once and used by every call. */
export class BatchBuffers {
  readonly feeds: RuntimeTensors = {}
  readonly fetches: RuntimeTensors = {}
  /** Row losses by task. */
  readonly losses: readonly Float32Array[]
  private readonly inputs: readonly { readonly name: string; readonly values: Float32Array }[]
  private readonly targets: readonly Float32Array[]

  constructor(
    runtime: Runtime,
    private readonly graph: ModelGraph,
    model: ModelProgram,
    private readonly rows: number,
    allocate: (floats: number) => Float32Array,
  ) {
    const tensor = (into: RuntimeTensors, name: string, shape: readonly number[]) => {
      const values = allocate(size(shape))
      into[name] = runtime.tensor(values, shape)
      return values
    }
    this.inputs = [...model.inputs].map(([name, input]) => ({ name, values: tensor(this.feeds, names.input(name), input.shape) }))
    this.targets = graph.tasks.map((task, i) => tensor(this.feeds, names.target(task.name), model.targets[i]!.shape))
    this.losses = graph.tasks.map((task, i) => tensor(this.fetches, names.loss(task.name), model.losses[i]!.shape))
  }

  /** Floats that the constructor will ask for, each request padded. */
  static floats(model: ModelProgram, padded: (floats: number) => number): number {
    return [...model.inputs.values(), ...model.targets, ...model.losses].reduce((n, tensor) => n + padded(size(tensor.shape)), 0)
  }

  /** @throws EngineError where an array is missing or has another length */
  load(batch: Batch): void {
    for (const { name, values } of this.inputs) copy(batch.inputs[name], values, `input '${name}'`)
    this.graph.tasks.forEach(({ name }, i) => {
      copy(batch.targets[name], this.targets[i]!, `the targets of '${name}'`)
      if (batch.masks[name]?.length !== this.rows) throw new EngineError(`the batch has no mask of ${this.rows} rows for '${name}'`)
    })
  }

  /** Labelled rows per task. */
  counts(batch: Batch): number[] {
    return this.graph.tasks.map(({ name }) => batch.masks[name]!.reduce((n, mask) => n + mask, 0))
  }

  /** Mean loss over the labelled rows per task; NaN for a task without any. */
  meanLosses(batch: Batch, counts: readonly number[]): Float64Array {
    return Float64Array.from(this.graph.tasks, ({ name }, t) => {
      const [mask, losses] = [batch.masks[name]!, this.losses[t]!]
      let sum = 0
      for (let i = 0; i < mask.length; i++) if (mask[i]) sum += mask[i]! * losses[i]!
      return sum / counts[t]!
    })
  }
}

function copy(from: Float32Array | undefined, to: Float32Array, what: string): void {
  if (from?.length !== to.length)
    throw new EngineError(`the batch needs ${to.length} numbers for ${what} and has ${from?.length ?? 'none'}`)
  to.set(from)
}
