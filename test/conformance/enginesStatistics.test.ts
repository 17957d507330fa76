import assert from 'node:assert/strict'
import { Random } from '../../src/base/random'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import { openTfjsEngine } from '../../src/engine/tfjs/tfjsEngine'
import { GraphBuilder } from '../fixtures/models/graphBuilder'
import { randomBatch } from '../fixtures/models/whole'
import { relativeError } from './runProgram'
describe('batch norm, regularisers and clipping in both engines', () => {
  for (const perTaskGradients of [false, true])
    it(perTaskGradients ? 'with per-task gradients' : 'with one backward pass', async () => {
      const g = new GraphBuilder()
      const a = g.layer('batchNorm', g.layer('dense', g.input('x', [6]), { units: 8, activation: 'tanh' }, 'a'), {}, 'n')
      const b = g.layer('dense', a, { units: 5, activation: 'tanh' }, 'b')
      g.task('one', 'classification', b, 3)
      g.task('two', 'regression', b)
      const built = g.build()
      const graph = {
        ...built,
        nodes: built.nodes.map(n => ({ ...n, parameters: n.parameters.map(p => (p.name === 'kernel' ? { ...p, l2: 0.01 } : p)) })),
        training: { ...built.training, clipNorm: 0.3 },
      }
      const out: Map<string, Float32Array>[] = [],
        losses: number[][] = []
      for (const e of [await openOnnxEngine({ threads: 1 }), await openTfjsEngine()]) {
        const m = await e.compile({
          graph,
          batchSize: 12,
          evaluationBatchSize: 5,
          optimizer: { kind: 'adamW', options: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 }, span: null },
          perTaskGradients,
          seed: 1,
        })
        const l: number[] = []
        for (let i = 0; i < 6; i++)
          l.push(...m.step(randomBatch(graph, 12, Random.seeded(i), false), 0.01, () => ({ shared: Float64Array.of(0.5, 1) })).losses)
        losses.push(l)
        out.push(m.readParameters())
        const p = m.evaluate(randomBatch(graph, 5, Random.seeded(50), false)).predictions
        l.push(...p.one!, ...p.two!)
      }
      assert.ok(relativeError(losses[1]!, losses[0]!) < 1e-4)
      assert.ok(
        [...out[0]!.keys()].some(k => /mean/i.test(k)),
        [...out[0]!.keys()].join(),
      )
      for (const [k, v] of out[0]!) assert.ok(relativeError(out[1]!.get(k)!, v) < 1e-4, k)
    })
})
