import type { EngineChoice } from '../ir/engineChoice'
import { EngineError, type Engine } from './engine'
import { openOnnxEngine } from './onnx/onnxEngine'
import { openTfjsEngine } from './tfjs/tfjsEngine'

export interface EngineRequest {
  readonly choice: EngineChoice
  readonly threads?: number
  /** Folder in which TensorFlow's native library may have been installed. */
  readonly tensorflow?: string
}

export interface OpenedEngine {
  readonly engine: Engine
  /** Why it is not the engine, or the form of it, that was to be expected; null where it is. */
  readonly fallback: string | null
}

/** @throws EngineError where the engine asked for, or with `auto` every engine, can't be loaded */
export async function openEngine({ choice, threads, tensorflow }: EngineRequest): Promise<OpenedEngine> {
  const second = async () => openTfjsEngine(tensorflow === undefined ? {} : { folder: tensorflow })
  if (choice === 'tensorflow') {
    const engine = await second()
    return { engine, fallback: engine.notes?.[0] ?? null }
  }
  try {
    return { engine: await openOnnxEngine(threads === undefined ? {} : { threads }), fallback: null }
  } catch (error) {
    if (choice === 'onnxruntime' || !(error instanceof EngineError)) throw error
    const engine = await second().catch((also: unknown) => {
      throw also instanceof EngineError ? new EngineError(`${error.message} ${also.message}`) : also
    })
    const reasons = [error.message, ...(engine.notes ?? [])].join(' ')
    return { engine, fallback: `The model is trained by TensorFlow.js ${engine.version}. ${reasons}` }
  }
}
