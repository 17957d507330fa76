import type { Batch } from '../../../ir/batch'
import type { ModelGraph } from '../../../ir/graph'
import type { Tensor } from '../../../tensor/builder'
import { batchArrays, load, type BatchArrays } from '../../batchArrays'
import type { Evaluation } from '../../engine'
import { lowerModel, names } from '../../modelProgram'
import { encodeProgram } from '../encodeProgram'
import { taskPacks } from '../taskPacks'
import { numbersOf, type Device, type DeviceSession, type DeviceTensors } from './deviceSession'
import { deviceForms } from './forms'
import { packOf, type ParameterGroup } from './parameterGroups'

/** The forward pass without dropout on the device: predictions and row losses, and the outputs of chosen nodes. */
export class EvaluationPass {
  private readonly arrays: BatchArrays
  private readonly feeds: DeviceTensors = {}
  private readonly lossesName: string
  private readonly session: DeviceSession

  constructor(
    device: Device,
    private readonly graph: ModelGraph,
    rows: number,
    groups: readonly ParameterGroup[],
    private readonly activations: readonly number[] = [],
  ) {
    const model = lowerModel(graph, rows, false)
    this.arrays = batchArrays(model, rows, floats => new Float32Array(floats))
    const packs = taskPacks(graph, rows)
    this.lossesName = packs.losses.name
    const outputs = new Map<string, Tensor>()
    graph.tasks.forEach(({ name }, t) => {
      outputs.set(names.loss(name), model.losses[t]!)
      outputs.set(names.prediction(name), model.predictions[t]!)
    })
    for (const node of activations) outputs.set(names.activation(node), model.activation(node))
    const inputs = [packs.targets, ...groups.map(packOf)]
    const encoded = encodeProgram(model.program, outputs, { inputs, outputs: [packs.losses], forms: deviceForms })
    for (const [name, { shape }] of model.inputs)
      if (encoded.inputs.has(names.input(name))) this.feeds[names.input(name)] = device.tensor(this.arrays.inputs[name]!, shape)
    if (encoded.inputs.has(packs.targets.name)) this.feeds[packs.targets.name] = device.tensor(this.arrays.together.targets)
    this.session = device.session(encoded.model, [])
  }

  /** @throws DeviceError */
  run(batch: Batch, parameters: Readonly<DeviceTensors>): Evaluation {
    load(this.arrays, this.graph, batch)
    const results = this.session.run({ ...parameters, ...this.feeds })
    this.arrays.together.losses.set(numbersOf(results[this.lossesName]!))
    const byTask = <V>(value: (task: string, t: number) => V) =>
      Object.fromEntries(this.graph.tasks.map(({ name }, t) => [name, value(name, t)]))
    return {
      predictions: byTask(task => numbersOf(results[names.prediction(task)]!).slice()),
      losses: byTask((task, t) => this.arrays.losses[t]!.map((loss, row) => (batch.masks[task]![row] ? loss : 0))),
      activations: new Map(this.activations.map(node => [node, numbersOf(results[names.activation(node)]!).slice()])),
    }
  }

  dispose(): void {
    this.session.dispose()
  }
}
