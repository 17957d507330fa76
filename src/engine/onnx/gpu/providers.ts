import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A part of ONNX Runtime that computes on a graphics processor. */
export interface Provider {
  /** As the runtime's session options call it. */
  readonly name: string
  readonly title: string
  /**
   * Whether the runtime's binding for Node keeps tensors on the device between two runs. Where it can't, parameters and
   * optimizer state cross the bus at every step.
   */
  readonly resident: boolean
  /** Whether this platform's package has it, and what it needs beside it. */
  isPresent(): boolean
}

const on = (platform: NodeJS.Platform, ...architectures: NodeJS.Architecture[]): boolean =>
  process.platform === platform && architectures.includes(process.arch)

/** NVIDIA's provider is a library of its own, which the user puts beside the runtime's. */
function hasCudaLibrary(): boolean {
  const require = createRequire(__filename)
  let runtime: string
  try {
    runtime = dirname(require.resolve('onnxruntime-node/package.json'))
  } catch {
    return false // the runtime itself is missing, which whoever loads it tells
  }
  return existsSync(join(runtime, 'bin/napi-v6', process.platform, process.arch, 'libonnxruntime_providers_cuda.so'))
}

/** In the order in which they are tried. */
export const providers: readonly Provider[] = [
  {
    name: 'webgpu',
    title: 'WebGPU',
    resident: true,
    isPresent: () => on('linux', 'x64') || on('win32', 'x64', 'arm64') || on('darwin', 'arm64'),
  },
  { name: 'cuda', title: 'CUDA', resident: false, isPresent: () => on('linux', 'x64') && hasCudaLibrary() },
  { name: 'dml', title: 'DirectML', resident: false, isPresent: () => on('win32', 'x64', 'arm64') },
  { name: 'coreml', title: 'Core ML', resident: false, isPresent: () => on('darwin', 'arm64') },
]

export const providerOf = (name: string): Provider | undefined => providers.find(provider => provider.name === name)
