import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { openOnnxEngine } from '../../../src/engine/onnx/onnxEngine'
import { cases, found, isRight, summaryOf } from '../../proof/plantedConflict'

/** The short form of `npm run conflict-proof`. */
describe('planted conflict', () => {
  for (const given of cases) {
    it(`${given.name}: ${given.torn === null ? 'no finding' : `found on ${given.torn} and nowhere else`}`, async () => {
      const engine = await openOnnxEngine({ threads: 1 })
      for (const seed of [1, 2]) {
        const summary = await summaryOf(given, seed, engine, resolve('dist'))
        assert.ok(isRight(given, summary), `seed ${seed}: ${found(summary).join() || 'nothing'} found; ${JSON.stringify(summary.layers)}`)
      }
    })
  }
})
