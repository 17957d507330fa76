import { EngineError, type ImageLayout } from '../engine'

export type RuntimeNumbers = Float32Array | Float64Array

/** A tensor of the runtime: its data is used in place, never copied. */
export interface RuntimeTensor<N extends RuntimeNumbers = Float32Array> {
  readonly data: N
}

export type RuntimeTensors<N extends RuntimeNumbers = Float32Array> = Record<string, RuntimeTensor<N>>

interface NativeSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: object): void
  run(feeds: object, fetches: object, options: object): unknown
  dispose(): void
}

export interface Runtime {
  readonly version: string
  tensor<N extends RuntimeNumbers>(data: N, shape: readonly number[]): RuntimeTensor<N>
  /**
   * @param keepsMemory whether what one run needed stays allocated for the next (default: it does)
   * @throws EngineError where the runtime refuses the model
   */
  session(model: Uint8Array, threads: number, keepsMemory?: boolean): Session
}

/** The runtime as an engine uses it. */
export interface Backend {
  readonly runtime: Runtime
  readonly threads: number
  /** Channels per block of the blocked layout, as probed; 0: not to be used. */
  readonly block: number
  /** Whether images stay in it (default: plain, where single operations use it). */
  readonly imageLayout?: ImageLayout
}

/** Runs a model synchronously; outputs are written into the given tensors. */
export interface Session {
  run(inputs: RuntimeTensors<RuntimeNumbers>, outputs: RuntimeTensors<RuntimeNumbers>): void
  dispose(): void
}

let loading: Promise<Runtime> | undefined

/** @throws EngineError where the native library can't be loaded */
export function loadRuntime(): Promise<Runtime> {
  return (loading ??= load())
}

async function load(): Promise<Runtime> {
  try {
    const { env, Tensor } = await import('onnxruntime-node')
    env.logLevel = 'error'
    // The public `run` defers each call to the next turn of the event loop; the binding below it is synchronous.
    // It is an inner interface: package.json pins the version.
    const { binding, initOrt } = await import('onnxruntime-node/dist/binding.js')
    initOrt()
    return {
      version: env.versions.node ?? env.versions.common,
      tensor: <N extends RuntimeNumbers>(data: N, shape: readonly number[]) =>
        (data instanceof Float64Array
          ? new Tensor('float64', data, shape)
          : new Tensor('float32', data, shape)) as unknown as RuntimeTensor<N>,
      session: (model, threads, keepsMemory = true) => openSession(new binding.InferenceSession(), model, threads, keepsMemory),
    }
  } catch (error) {
    loading = undefined
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    throw new EngineError(
      `ONNX Runtime could not be loaded on ${process.platform}-${process.arch} (Node ${process.versions.node}): ${reason}. ` +
        'It has binaries for Linux and Windows (x64, arm64) and macOS (arm64). Reinstall the extension for your platform, or name another Node 20 or later in the settings.',
    )
  }
}

function openSession(session: NativeSession, model: Uint8Array, threads: number, keepsMemory: boolean): Session {
  try {
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      enableCpuMemArena: keepsMemory,
      enableMemPattern: keepsMemory,
      logSeverityLevel: 3,
      // Threads that wait without spinning cost nothing when the machine is quiet and spare it when it is not.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
  } catch (error) {
    throw new EngineError(`ONNX Runtime refuses the model: ${error instanceof Error ? error.message : String(error)}`)
  }
  return {
    run: (inputs, outputs) => void session.run(inputs, outputs, {}),
    dispose: () => session.dispose(),
  }
}
