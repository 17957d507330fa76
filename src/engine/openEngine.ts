import type { DeviceChoice } from '../ir/deviceChoice'
import type { EngineChoice } from '../ir/engineChoice'
import { EngineError, type Engine } from './engine'
import { chooseDevice } from './onnx/gpu/chooseDevice'
import { openGpuEngine } from './onnx/gpu/gpuEngine'
import type { Workload } from './onnx/gpu/measure'
import { openOnnxEngine } from './onnx/onnxEngine'
import { openTfjsEngine } from './tfjs/tfjsEngine'

export interface EngineRequest {
  readonly choice: EngineChoice
  readonly threads?: number
  /** Folder in which TensorFlow's native library may have been installed. */
  readonly tensorflow?: string
  /** Where to compute, and what: devices are tried with it. The processor when not given. */
  readonly device?: DeviceRequest
}

export interface DeviceRequest {
  readonly choice: DeviceChoice
  readonly workload: Workload
  /** What a run began with on the GPU (`Engine.provider`): only this is tried. */
  readonly known?: string
}

export interface OpenedEngine {
  readonly engine: Engine
  /** Why it is not the engine, or the form of it, that was to be expected; null where it is. */
  readonly fallback: string | null
  /** Why it computes on this device; null where there was nothing to decide. */
  readonly device: { readonly reason: string; readonly fallback: boolean } | null
}

/** @throws EngineError where the engine asked for, or with `auto` every engine, can't be loaded */
export async function openEngine({ choice, threads, tensorflow, device }: EngineRequest): Promise<OpenedEngine> {
  const second = async (fallback: (engine: Engine) => string | null): Promise<OpenedEngine> => {
    const engine = await openTfjsEngine(tensorflow === undefined ? {} : { folder: tensorflow })
    return { engine, fallback: fallback(engine), device: secondDevice(engine, device?.choice) }
  }
  if (choice === 'tensorflow') return second(engine => engine.notes?.[0] ?? null)
  try {
    return { fallback: null, ...(await openOnnx(threads, device)) }
  } catch (error) {
    if (choice === 'onnxruntime' || !(error instanceof EngineError)) throw error
    const because = (engine: Engine) => [error.message, ...(engine.notes ?? [])].join(' ')
    return await second(engine => `The model is trained by TensorFlow.js ${engine.version}. ${because(engine)}`).catch((also: unknown) => {
      throw also instanceof EngineError ? new EngineError(`${error.message} ${also.message}`) : also
    })
  }
}

async function openOnnx(threads: number | undefined, device: DeviceRequest | undefined): Promise<Pick<OpenedEngine, 'engine' | 'device'>> {
  const processor = await openOnnxEngine(threads === undefined ? {} : { threads })
  if (!device || device.choice === 'cpu') return { engine: processor, device: null }
  const { provider, reason, fallback } = await chooseDevice({ ...device, choice: device.choice, threads: processor.threads })
  return { engine: provider ? await openGpuEngine(provider) : processor, device: { reason, fallback } }
}

/** TensorFlow.js computes where its library was built for: the choice can only be held against that. */
function secondDevice({ device, version }: Engine, choice: DeviceChoice = 'auto'): OpenedEngine['device'] {
  if (choice === 'auto' || choice === device) return null
  const reason = `TensorFlow.js ${version} computes on the ${device.toUpperCase()} here`
  return { reason: choice === 'gpu' ? `${reason}: for the GPU it needs @tensorflow/tfjs-node-gpu` : reason, fallback: true }
}
