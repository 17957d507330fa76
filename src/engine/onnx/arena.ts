import { readFileSync } from 'node:fs'
import { EngineError } from '../engine'
import { builtFile } from '../distribution'

/** What is used of the global WebAssembly: its types come with the DOM's, which this part of the house does without. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
  readonly Memory: new (limits: { readonly initial: number }) => Memory
}

interface Memory {
  readonly buffer: ArrayBuffer
}

/** The functions of kernels.as.ts. */
export interface Kernels {
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    n: number,
    scale: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    rate: number,
    correction2: number,
    epsilon: number,
  ): number
  sgd(w: number, g: number, n: number, scale: number, rate: number): number
  momentum(w: number, g: number, v: number, n: number, scale: number, rate: number, momentum: number): number
  nesterov(w: number, g: number, v: number, n: number, scale: number, rate: number, momentum: number): number
  shrink(w: number, n: number, factor: number): void
  addScaled(out: number, x: number, n: number, factor: number): void
  gram(rows: number, stride: number, T: number, n: number, out: number): void
  combine(out: number, rows: number, stride: number, weights: number, T: number, n: number): void
  accumulate(out: number, x: number, n: number): void
  dropout(out: number, n: number, key1: number, key2: number, threshold: number, scale: number): void
}

const pageBytes = 65536
/** WebAssembly addresses 4 GiB. */
const mostBytes = 65536 * pageBytes

/** Rounds up to the four floats that a SIMD register holds. */
export const padded = (floats: number): number => (floats + 3) & ~3

let compiled: object | undefined

function kernelModule(): object {
  if (compiled) return compiled
  return (compiled = new WebAssembly.Module(readFileSync(builtFile('kernels.wasm'))))
}

/**
 * Numbers in one WebAssembly memory: the runtime reads and writes them in place, and the kernels work on them.
 * Sized once, for a memory that grows detaches every view of it.
 */
export class Arena {
  readonly kernels: Kernels
  private readonly memory: Memory
  /** The first page is left to the kernels. */
  private next = pageBytes

  /** @param floats how many will be asked for at most, each request padded */
  constructor(floats: number) {
    const bytes = pageBytes + floats * 4
    if (bytes > mostBytes)
      throw new EngineError(`the model needs ${(bytes / 2 ** 30).toFixed(1)} GiB for weights and gradients; 4 GiB is the most`)
    try {
      this.memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) })
    } catch {
      throw new EngineError(`not enough memory for weights and gradients (${(bytes / 2 ** 20).toFixed(0)} MiB)`)
    }
    this.kernels = new WebAssembly.Instance(kernelModule(), { env: { memory: this.memory } }).exports as Kernels
  }

  /** @returns the byte address of `floats` zeros, aligned to 16 bytes */
  reserve(floats: number): number {
    const address = this.next
    this.next += padded(floats) * 4
    if (this.next > this.memory.buffer.byteLength) throw new EngineError('the arena is too small')
    return address
  }

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length)
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length)
  }
}
