import type { FloatableArray } from './source'

/** @returns the same values in memory that threads share: themselves where they lie there already, else a copy */
export function shared<A extends FloatableArray>(values: A): A {
  if (values.buffer instanceof SharedArrayBuffer) return values
  const copy = new (values.constructor as new (memory: SharedArrayBuffer) => A)(new SharedArrayBuffer(values.byteLength))
  copy.set(values)
  return copy
}

export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length))
export const sharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(length * 4))
