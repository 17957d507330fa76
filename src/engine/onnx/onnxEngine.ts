import type { Engine } from '../engine'
import { physicalCores } from '../threads'
import { LayoutCache, userCacheFolder } from './layoutCache'
import { OnnxModel } from './onnxModel'
import { probeBlockedLayout } from './blockedLayout'
import { loadRuntime } from './runtime'

/**
 * The default engine: ONNX Runtime on the CPU.
 * @param options.threads default: physical cores
 * @param options.cache folder for what was measured before; default: the user's
 * @throws EngineError where the native library can't be loaded
 */
export async function openOnnxEngine(options: { readonly threads?: number; readonly cache?: string } = {}): Promise<Engine> {
  const runtime = await loadRuntime()
  const threads = options.threads ?? physicalCores()
  const backend = { runtime, threads, block: probeBlockedLayout(runtime) }
  return {
    name: 'onnxruntime',
    version: runtime.version,
    device: 'cpu',
    threads,
    notes: [
      backend.block > 0
        ? `Images may lie in blocks of ${backend.block} channels; convolutions and a residual network were compared with the plain form`
        : 'Images lie in the plain form: the runtime has no blocked layout here, or its results differ',
    ],
    compile: request => OnnxModel.compile(backend, request, new LayoutCache(options.cache ?? userCacheFolder())),
  }
}
