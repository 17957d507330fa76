import assert from 'node:assert/strict'
import { Arena, padded } from '../../../src/engine/onnx/arena'
import { dropoutMask } from '../../../src/engine/dropout'
import type { DropoutMask } from '../../../src/tensor/program'

const maskOf = (shape: number[], rate: number): DropoutMask => ({ tensor: { id: 0, shape }, name: 'dropout/0', rate })

describe('dropout masks of the TensorFlow.js engine', () => {
  for (const [index, key, step, rate] of [
    [0, 1, 0, 0.5],
    [3, 0xfffffff0, 7, 0.1],
    [1, 0x9e3779b9, 123_456, 0.75],
  ] as const) {
    it(`equal those of the kernel: mask ${index}, key ${key}, step ${step}, rate ${rate}`, () => {
      const shape = [37, 11]
      const arena = new Arena(1000)
      const address = arena.reserve(37 * 11)
      const own = key ^ Math.imul(index + 1, 0x9e3779b9)
      arena.kernels.dropout(address, padded(37 * 11), own, step, Math.round(rate * 2 ** 32), 1 / (1 - rate))
      const mask = dropoutMask(maskOf(shape, rate), index, key, step)
      assert.deepEqual(mask, arena.floats(address, 37 * 11).slice())
      const kept = mask.filter(value => value > 0).length / mask.length
      assert.ok(Math.abs(kept - (1 - rate)) < 0.1, `${kept} kept`)
    })
  }
})
