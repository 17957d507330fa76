import type { Tensor } from 'onnxruntime-node'
import { DeviceError } from '../../engine'
import { loadRuntime } from '../runtime'
import type { OnnxGraph } from '../onnxGraph'
import type { Provider } from './providers'

/** A tensor on the device or, where the provider keeps none there, in memory. */
export type DeviceTensor = Tensor
export type DeviceTensors = Record<string, DeviceTensor>

/** Opens sessions on a device. All of them share it: what one leaves there another may read. */
export class Device {
  private constructor(
    readonly provider: Provider,
    readonly version: string,
    private readonly binding: typeof import('onnxruntime-node/dist/binding.js').binding,
    private readonly TensorOf: typeof Tensor,
  ) {}

  /** @throws EngineError where the runtime can't be loaded */
  static async open(provider: Provider): Promise<Device> {
    const { version } = await loadRuntime()
    const { Tensor } = await import('onnxruntime-node')
    const { binding } = await import('onnxruntime-node/dist/binding.js')
    return new Device(provider, version, binding, Tensor)
  }

  tensor(values: Float32Array, shape: readonly number[] = [values.length]): DeviceTensor {
    return new this.TensorOf('float32', values, shape)
  }

  /**
   * @param stays which outputs stay on the device; the others are read back
   * @throws DeviceError where the device is missing or refuses the model
   */
  session(graph: OnnxGraph | Uint8Array, stays: readonly string[]): DeviceSession {
    const model = graph instanceof Uint8Array ? graph : graph.encode()
    const { name, title, resident } = this.provider
    const session = new this.binding.InferenceSession()
    try {
      session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, {
        executionProviders: [name],
        logSeverityLevel: 4,
        ...(resident && { preferredOutputLocation: Object.fromEntries(stays.map(output => [output, 'gpu-buffer' as const])) }),
      })
    } catch (error) {
      throw new DeviceError(`${title} can't be used: ${reasonOf(error)}`)
    }
    const outputs = Object.fromEntries(session.outputMetadata.map(output => [output.name, null]))
    return {
      run: inputs => {
        try {
          return session.run(inputs, outputs, {})
        } catch (error) {
          throw new DeviceError(`${title} failed: ${reasonOf(error)}`)
        }
      },
      dispose: () => session.dispose(),
    }
  }
}

export interface DeviceSession {
  /** Computes all outputs, anew each time. @throws DeviceError */
  run(inputs: DeviceTensors): DeviceTensors
  dispose(): void
}

export const numbersOf = (tensor: DeviceTensor): Float32Array => tensor.data as Float32Array

/** Frees a tensor at once, where it lies on the device: garbage collection knows nothing of the device's memory. */
export const free = (tensor: DeviceTensor | undefined): void => {
  if (tensor && tensor.location !== 'cpu') tensor.dispose()
}

/** The runtime's messages begin with file, line and function of its own sources. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const said = text.trim().split('\n').at(-1)!
  return said
    .replace(/^.*? was false\. /, '')
    .replace(/^\/\S+:\d+ .*?\) /, '')
    .replace(/\.$/, '')
}
