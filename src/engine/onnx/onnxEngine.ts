import type { Engine } from '../engine'
import { physicalCores } from '../threads'
import { OnnxModel } from './onnxModel'
import { probeBlockedLayout } from './blockedLayout'
import { loadRuntime } from './runtime'

/**
 * The default engine: ONNX Runtime on the CPU.
 * @param options.threads default: physical cores
 * @throws EngineError where the native library can't be loaded
 */
export async function openOnnxEngine(options: { readonly threads?: number } = {}): Promise<Engine> {
  const runtime = await loadRuntime()
  const threads = options.threads ?? physicalCores()
  const backend = { runtime, threads, block: probeBlockedLayout(runtime) }
  return {
    name: 'onnxruntime',
    version: runtime.version,
    device: 'cpu',
    threads,
    compile: request => OnnxModel.compile(backend, request),
  }
}
