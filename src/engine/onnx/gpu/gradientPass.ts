import type { Batch } from '../../../ir/batch'
import type { ModelGraph } from '../../../ir/graph'
import { batchArrays, load, weigh, type BatchArrays } from '../../batchArrays'
import { dropoutMask } from '../../dropout'
import type { GramBlocks } from '../../engine'
import { names, type ModelProgram } from '../../modelProgram'
import { taskPacks } from '../taskPacks'
import { numbersOf, type Device, type DeviceSession, type DeviceTensor, type DeviceTensors } from './deviceSession'
import { report, type SharedLayer } from './stepGraphs'

/** Forward and backward of one batch on the device, with whatever else the model does in the same run. */
export class GradientPass {
  readonly arrays: BatchArrays
  /** What the last run reported after the row losses. */
  rest: Float32Array = new Float32Array(0)
  private readonly session: DeviceSession
  private readonly program: ModelProgram
  private readonly used: ReadonlySet<string>
  private readonly feeds: DeviceTensors = {}

  /**
   * @param stays outputs that stay on the device, beside running statistics
   * @param layers whose Gram blocks the model reports
   */
  constructor(
    private readonly device: Device,
    private readonly graph: ModelGraph,
    rows: number,
    { model, program, inputs }: { readonly model: Uint8Array; readonly program: ModelProgram; readonly inputs: ReadonlySet<string> },
    stays: readonly string[],
    readonly layers: readonly SharedLayer[] = [],
  ) {
    this.program = program
    this.used = inputs
    this.arrays = batchArrays(program, rows, floats => new Float32Array(floats))
    const { arrays } = this
    const packs = taskPacks(graph, rows)
    for (const [name, { shape }] of program.inputs) this.feed(names.input(name), () => device.tensor(arrays.inputs[name]!, shape))
    this.feed(names.realRows, () => device.tensor(arrays.realRows))
    this.feed(packs.targets.name, () => device.tensor(arrays.together.targets))
    this.feed(packs.cotangents.name, () => device.tensor(arrays.together.cotangents))
    this.session = device.session(model, [...stays, ...[...program.updates.keys()].map(names.update)])
  }

  private feed(name: string, tensor: () => DeviceTensor): void {
    if (this.used.has(name)) this.feeds[name] = tensor()
  }

  /**
   * Runs on a batch with weights on the tasks' mean losses.
   * @param counts labelled rows per task
   * @param given parameters, and whatever else the model reads
   * @throws DeviceError
   */
  run(
    batch: Batch,
    counts: readonly number[],
    weights: ArrayLike<number>,
    dropout: { readonly key: number; readonly step: number },
    given: Readonly<DeviceTensors>,
  ): DeviceTensors {
    const { arrays, graph, program, device } = this
    load(arrays, graph, batch)
    weigh(arrays, graph, batch, counts, weights)
    program.program.masks.forEach((mask, i) =>
      this.feed(mask.name, () => device.tensor(dropoutMask(mask, i, dropout.key, dropout.step), mask.tensor.shape)),
    )
    const results = this.session.run({ ...given, ...this.feeds })
    const told = numbersOf(results[report]!)
    arrays.together.losses.set(told.subarray(0, arrays.together.losses.length))
    this.rest = told.subarray(arrays.together.losses.length)
    return results
  }

  /** Gram blocks of the last run, per shared layer. */
  gram(): GramBlocks {
    const T = this.graph.tasks.length
    const blocks = new Float64Array(this.layers.length * T * T)
    let at = 0
    this.layers.forEach(({ group: { tasks } }, l) => {
      for (const a of tasks) for (const b of tasks) blocks[(l * T + a) * T + b] = this.rest[at++]!
    })
    return { layers: this.layers.map(({ name }) => name), blocks }
  }

  dispose(): void {
    this.session.dispose()
  }
}
