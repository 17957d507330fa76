import assert from 'node:assert/strict'
import type { DeviceChoice } from '../../../src/ir/deviceChoice'
import { reportText, verdictOf, type EngineFindings, type GpuFindings } from '../../../src/runs/engineReport'

const loads = { name: 'loading the libraries', ok: true, detail: 'in 5 ms' }
const works = (engine: EngineFindings['engine']): EngineFindings => ({
  engine,
  ok: true,
  version: '1.2.3',
  device: 'cpu',
  threads: engine === 'onnxruntime' ? 4 : 1,
  notes: [],
  checks: [loads],
  memory: 2 ** 26,
})
const missing = (engine: EngineFindings['engine']): EngineFindings => ({
  ...works(engine),
  ok: false,
  version: null,
  device: null,
  threads: null,
  checks: [{ name: 'loading the libraries', ok: false, detail: 'no binary' }],
})
const wrong = (engine: EngineFindings['engine']): EngineFindings => ({
  ...works(engine),
  ok: false,
  checks: [loads, { name: 'gradients', ok: false, detail: 'they differ by 3' }],
})

const absent: GpuFindings = {
  ...missing('onnxruntime'),
  provider: 'WebGPU',
  checks: [loads, { name: 'one training step', ok: false, detail: 'No supported adapters' }],
}
const gpu = (ok: boolean): GpuFindings => ({ ...(ok ? works : wrong)('onnxruntime'), device: 'gpu', provider: 'WebGPU' })

describe('the verdict on engines', () => {
  it('tells whether the GPU works, and what follows from it', () => {
    const verdict = (...[device, found]: [DeviceChoice, GpuFindings[]]) =>
      verdictOf('auto', [works('onnxruntime')], device, found).verdict.replace(/^.*threads\. ?/, '')
    assert.equal(verdict('auto', [gpu(true)]), 'The GPU works (WebGPU): each training measures some steps on both and takes the faster.')
    assert.equal(verdict('gpu', [gpu(true)]), 'The GPU works (WebGPU): it is taken.')
    assert.equal(verdict('gpu', [gpu(false)]), 'It is the fallback: the GPU can’t be used. WebGPU: gradients failed: they differ by 3.')
    assert.equal(verdict('auto', []), 'There is no GPU.')
    assert.equal(verdict('auto', [absent]), 'There is no GPU.')
    assert.equal(verdict('auto', [gpu(false)]), 'The GPU can’t be used. WebGPU: gradients failed: they differ by 3.')
    assert.equal(verdict('cpu', [gpu(true)]), '')
  })

  it('is the default engine where it works', () => {
    assert.deepEqual(verdictOf('auto', [works('onnxruntime'), works('tensorflow')]), {
      used: 'onnxruntime',
      fallback: false,
      verdict: 'ONNX Runtime 1.2.3 trains here, on the CPU with 4 threads.',
    })
  })

  it('names the fallback and why it is taken', () => {
    const { used, fallback, verdict } = verdictOf('auto', [missing('onnxruntime'), works('tensorflow')])
    assert.equal(used, 'tensorflow')
    assert.ok(fallback)
    assert.equal(
      verdict,
      'TensorFlow.js 1.2.3 trains here, on the CPU with 1 thread. It is the fallback. ONNX Runtime: loading the libraries failed: no binary.',
    )
  })

  it('does not praise an engine that loads and computes wrongly, for training would take it', () => {
    const { used, verdict } = verdictOf('auto', [wrong('onnxruntime'), works('tensorflow')])
    assert.equal(used, null)
    assert.match(verdict, /^ONNX Runtime 1.2.3 does not work here\. .*they differ by 3\. TensorFlow\.js works: choose it/)
  })

  it('keeps to the choice', () => {
    assert.equal(verdictOf('tensorflow', [works('tensorflow')]).used, 'tensorflow')
    assert.equal(verdictOf('onnxruntime', [missing('onnxruntime')]).used, null)
  })

  it('says so where nothing trains', () => {
    const { used, verdict } = verdictOf('auto', [missing('onnxruntime'), missing('tensorflow')])
    assert.equal(used, null)
    assert.match(verdict, /^Nothing can train here: no engine loads\. ONNX Runtime: .*no binary\. TensorFlow\.js: .*no binary\.$/)
  })

  it('is followed by all that was found', () => {
    const engines = [wrong('onnxruntime'), works('tensorflow')]
    const text = reportText({
      product: '9.9',
      choice: 'auto',
      device: 'auto',
      process: null,
      engines,
      gpu: [gpu(true)],
      ...verdictOf('auto', engines),
    })
    for (const line of [
      '✗ gradients: they differ by 3',
      '✓ loading the libraries: in 5 ms',
      'TensorFlow.js 1.2.3, on the CPU with 1 thread',
      'held 64 MiB',
      'ONNX Runtime 1.2.3 by WebGPU, on the GPU',
    ])
      assert.ok(text.includes(line), line)
  })
})
