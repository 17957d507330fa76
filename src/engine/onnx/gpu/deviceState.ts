import { EngineError } from '../../engine'
import { names } from '../../modelProgram'
import type { ParameterSpecification } from '../../parameters'
import { free, type Device, type DeviceTensor } from './deviceSession'
import type { ParameterGroup } from './parameterGroups'
import { ReadBack } from './readBack'
import { stateName } from './updateGraph'

/**
 * Parameters, running statistics and optimizer slots as tensors, by the names that models know them by. What is written lies
 * in memory until the next step puts its successor onto the device.
 */
export class DeviceState {
  readonly tensors: Record<string, DeviceTensor> = {}
  private readonly shapes = new Map<string, readonly number[]>()
  private reader: ReadBack | undefined

  constructor(
    private readonly device: Device,
    private readonly groups: readonly ParameterGroup[],
    private readonly statistics: readonly ParameterSpecification[],
    private readonly slotNames: readonly string[],
  ) {
    for (const group of groups) {
      for (const name of [stateName.weights(group), ...slotNames.map(slot => stateName.slot(slot, group))]) {
        this.shapes.set(name, [group.floats])
        this.put(name, new Float32Array(group.floats))
      }
    }
    for (const { name, shape } of statistics) this.shapes.set(names.parameter(name), shape)
  }

  /** Takes what a step made of them. */
  take(results: Readonly<Record<string, DeviceTensor>>): void {
    for (const { name } of this.statistics) this.replace(names.parameter(name), results[names.update(name)])
    for (const name of this.shapes.keys()) this.replace(name, results[stateName.next(name)])
  }

  readParameters(): Map<string, Float32Array> {
    const numbers = this.read()
    const values = new Map<string, Float32Array>()
    for (const group of this.groups) this.takeApart(group, numbers.get(stateName.weights(group))!, (name, part) => values.set(name, part))
    for (const { name } of this.statistics) values.set(name, numbers.get(names.parameter(name))!)
    return values
  }

  /** @throws EngineError where one is missing or has another length */
  writeParameters(values: ReadonlyMap<string, Float32Array>): void {
    for (const group of this.groups)
      this.put(
        stateName.weights(group),
        assemble(group, name => [values.get(name), `the parameter ${name}`]),
      )
    for (const { name, size } of this.statistics)
      this.put(names.parameter(name), checked(values.get(name), size, `the parameter ${name}`).slice())
  }

  /** By `${slot}/${parameter}`. */
  readSlots(): Map<string, Float32Array> {
    const numbers = this.read()
    const values = new Map<string, Float32Array>()
    for (const slot of this.slotNames)
      for (const group of this.groups)
        this.takeApart(group, numbers.get(stateName.slot(slot, group))!, (name, part) => values.set(`${slot}/${name}`, part))
    return values
  }

  /** @throws EngineError as above */
  writeSlots(values: ReadonlyMap<string, Float32Array>): void {
    for (const slot of this.slotNames)
      for (const group of this.groups)
        this.put(
          stateName.slot(slot, group),
          assemble(group, name => [values.get(`${slot}/${name}`), `the optimizer state ${slot}/${name}`]),
        )
  }

  dispose(): void {
    Object.values(this.tensors).forEach(free)
    this.reader?.dispose()
  }

  private takeApart({ members }: ParameterGroup, numbers: Float32Array, put: (name: string, part: Float32Array) => void): void {
    for (const { parameter, start } of members) put(parameter.name, numbers.slice(start, start + parameter.size))
  }

  private put(name: string, numbers: Float32Array): void {
    this.replace(name, this.device.tensor(numbers, this.shapes.get(name)))
  }

  private replace(name: string, tensor: DeviceTensor | undefined): void {
    if (!tensor) return
    free(this.tensors[name])
    this.tensors[name] = tensor
  }

  /** All numbers, in memory. */
  private read(): Map<string, Float32Array> {
    return (this.reader ??= new ReadBack(this.device, this.shapes)).read(this.tensors)
  }
}

type Numbers = Float32Array | undefined

function assemble({ floats, members }: ParameterGroup, valuesOf: (name: string) => readonly [Numbers, string]): Float32Array {
  const buffer = new Float32Array(floats)
  for (const { parameter, start } of members) {
    const [values, what] = valuesOf(parameter.name)
    buffer.set(checked(values, parameter.size, what), start)
  }
  return buffer
}

function checked(values: Numbers, size: number, what: string): Float32Array {
  if (values?.length !== size) throw new EngineError(`${what} should have ${size} numbers and has ${values?.length ?? 'none'}`)
  return values
}
