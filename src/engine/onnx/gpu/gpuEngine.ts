import type { Engine } from '../../engine'
import { physicalCores } from '../../threads'
import { Device } from './deviceSession'
import { GpuModel } from './gpuModel'
import type { Provider } from './providers'

/**
 * ONNX Runtime on a graphics processor.
 * @throws EngineError where the native library can't be loaded; whether there is a device shows when a model is compiled
 */
export async function openGpuEngine(provider: Provider): Promise<Engine> {
  const device = await Device.open(provider)
  return {
    name: 'onnxruntime',
    version: device.version,
    device: 'gpu',
    provider: provider.title,
    threads: physicalCores(),
    notes: provider.resident ? [] : [`${provider.title} keeps no tensors on the device here: weights cross the bus at every step`],
    compile: async request => new GpuModel(device, request),
  }
}
