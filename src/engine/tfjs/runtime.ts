import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import * as util from 'node:util'
import type * as tensorFlow from '@tensorflow/tfjs-core'
import { builtFile } from '../distribution'
import { EngineError } from '../engine'

export type TensorFlow = typeof tensorFlow
export type Values = tensorFlow.Tensor

export interface Runtime {
  readonly tf: TensorFlow
  /** With the backend: '4.22.0 (WebAssembly)'. */
  readonly version: string
  readonly device: 'cpu' | 'gpu'
  readonly threads: number
  /** Whether the library is TensorFlow itself, not WebAssembly. */
  readonly native: boolean
  /** Why the native library is not used, where one was found; null where it is, or where there is none. */
  readonly problem: string | null
}

const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const

let loading: Promise<Runtime> | undefined

/**
 * TensorFlow's native library where it is installed and loads, else TensorFlow.js in WebAssembly. The first call decides.
 * @param folder with a node_modules folder in which the native library may have been installed
 * @throws EngineError where neither can be loaded
 */
export function loadRuntime(folder?: string): Promise<Runtime> {
  return (loading ??= load(folder).catch((error: unknown) => {
    loading = undefined
    throw error
  }))
}

async function load(folder?: string): Promise<Runtime> {
  const problems: string[] = []
  for (const home of folder === undefined ? [__dirname] : [folder, __dirname]) {
    for (const name of packages) {
      const tf = requireNative(name, home, problems)
      if (tf) return await openNative(tf, name)
    }
  }
  try {
    const tf = await openWebAssembly()
    const version = `${tf.version_core} (WebAssembly)`
    return { tf, version, device: 'cpu', threads: 1, native: false, problem: problems[0] ?? null }
  } catch (error) {
    throw new EngineError(
      `TensorFlow.js could not be loaded on ${process.platform}-${process.arch} (Node ${process.versions.node}): ${messageOf(error)}`,
    )
  }
}

/** @returns undefined where the package is not installed there; where it is and does not load, `problems` gets the reason */
function requireNative(name: string, folder: string, problems: string[]): TensorFlow | undefined {
  const require = createRequire(join(folder, 'package.json'))
  try {
    require.resolve(name)
  } catch {
    return undefined
  }
  try {
    restoreRemovedUtilities()
    return require(name) as TensorFlow
  } catch (error) {
    problems.push(`${name} is installed, but its native library does not load: ${messageOf(error)}`)
    return undefined
  }
}

async function openNative(tf: TensorFlow, name: string): Promise<Runtime> {
  await tf.ready()
  tf.enableProdMode()
  const backend = tf.backend() as { readonly isUsingGpuDevice?: boolean }
  const gpu = backend.isUsingGpuDevice === true
  const version = `${tf.version_core} (${name})`
  return { tf, version, device: gpu ? 'gpu' : 'cpu', threads: availableParallelism(), native: true, problem: null }
}

/** tfjs-node calls two functions that Node 23 removed from `util`. */
function restoreRemovedUtilities(): void {
  const target = createRequire(__filename)('node:util') as Record<string, unknown>
  if (!('isNullOrUndefined' in util)) target.isNullOrUndefined = (value: unknown) => value == null
  if (!('isArray' in util)) target.isArray = Array.isArray
}

async function openWebAssembly(): Promise<TensorFlow> {
  const file = builtFile('tensorflow.js')
  const errors: NodeJS.EventEmitter = process
  const events = ['uncaughtException', 'unhandledRejection']
  const before = new Set(events.flatMap(event => errors.listeners(event)))
  const { openWebAssembly: open } = createRequire(__filename)(file) as { openWebAssembly(folder: string): Promise<TensorFlow> }
  const tf = await open(dirname(file))
  tf.enableProdMode()
  // Emscripten makes itself the judge of every error of the process; errors stay Node's business.
  for (const event of events)
    for (const listener of errors.listeners(event))
      if (!before.has(listener)) errors.removeListener(event, listener as (...args: unknown[]) => void)
  return tf
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n')[0]!.trim().replace(/\.$/, '') : String(error)
