import type { Engine } from '../engine'
import { loadRuntime } from './runtime'
import { TfjsModel } from './tfjsModel'

/**
 * The second engine: TensorFlow's native library where it is installed, else TensorFlow.js in WebAssembly.
 * @param options.folder where the native library may have been installed
 * @throws EngineError where neither can be loaded
 */
export async function openTfjsEngine(options: { readonly folder?: string } = {}): Promise<Engine> {
  const runtime = await loadRuntime(options.folder)
  return {
    name: 'tensorflow',
    version: runtime.version,
    device: runtime.device,
    threads: runtime.threads,
    notes: runtime.problem === null ? [] : [`${runtime.problem}. TensorFlow.js computes in WebAssembly instead, on one thread`],
    compile: async request => new TfjsModel(runtime, request),
  }
}
