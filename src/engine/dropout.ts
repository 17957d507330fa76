import { size } from '../tensor/primitive'
import type { DropoutMask } from '../tensor/program'

/** One round of the integer hash "lowbias32" (Wellons 2018). */
function scramble(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return x ^ (x >>> 16)
}

/** The mask that the ONNX engine's kernel draws for the same key and step, number by number (onnx/kernels.as.ts). */
export function dropoutMask({ tensor, rate }: DropoutMask, index: number, key: number, step: number): Float32Array {
  const mask = new Float32Array(size(tensor.shape))
  const [own, threshold, scale] = [key ^ Math.imul(index + 1, 0x9e3779b9), Math.round(rate * 2 ** 32), 1 / (1 - rate)]
  for (let i = 0; i < mask.length; i++) mask[i] = scramble(scramble((i + own) | 0) ^ step) >>> 0 >= threshold ? scale : 0
  return mask
}
