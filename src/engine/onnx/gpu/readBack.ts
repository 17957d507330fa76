import { OnnxGraph } from '../onnxGraph'
import { numbersOf, type Device, type DeviceSession, type DeviceTensors } from './deviceSession'

/**
 * Brings tensors from the device into memory, by a model whose outputs are its inputs: asking a tensor on the device for its
 * data ends the process ("terminate called", onnxruntime-node 1.30).
 */
export class ReadBack {
  private session: DeviceSession | undefined

  /** @param shapes by name */
  constructor(
    private readonly device: Device,
    private readonly shapes: ReadonlyMap<string, readonly number[]>,
  ) {}

  /** @returns copies. @throws DeviceError */
  read(tensors: Readonly<DeviceTensors>): Map<string, Float32Array> {
    const names = [...this.shapes.keys()]
    if (names.every(name => tensors[name]!.location === 'cpu')) return new Map(names.map(name => [name, numbersOf(tensors[name]!).slice()]))
    const results = (this.session ??= this.open()).run(tensors)
    return new Map(names.map(name => [name, numbersOf(results[copy(name)]!)]))
  }

  private open(): DeviceSession {
    const graph = new OnnxGraph()
    for (const [name, shape] of this.shapes) {
      graph.input(name, shape)
      graph.output(copy(name), graph.node('Identity', [name]), shape)
    }
    return this.device.session(graph, [])
  }

  dispose(): void {
    this.session?.dispose()
  }
}

const copy = (name: string): string => `copy/${name}`
