import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { EngineError } from '../../../../src/engine/engine'
import { OnnxGraph } from '../../../../src/engine/onnx/onnxGraph'
import { loadRuntime } from '../../../../src/engine/onnx/runtime'

describe('the ONNX runtime', () => {
  it('is loaded once, in the version that package.json pins', async () => {
    const [one, two] = await Promise.all([loadRuntime(), loadRuntime()])
    assert.equal(one, two)
    assert.equal(one.version, '1.30.0')
  })

  it('says what it refuses', async () => {
    const runtime = await loadRuntime()
    const graph = new OnnxGraph()
    graph.output('y', graph.node('Nonsense', [graph.input('x', [1])]), [1])
    assert.throws(
      () => runtime.session(graph.encode(), 1),
      (error: Error) => error instanceof EngineError && /refuses the model.*Nonsense/s.test(error.message),
    )
  })

  it('says what to do where the native library is missing', () => {
    const script = `
      Object.defineProperty(process, 'platform', { value: 'plan9' })
      require('./src/engine/onnx/runtime').loadRuntime().then(() => process.exit(1), error => console.log(error.constructor.name + ': ' + error.message))`
    const { stdout, status } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '--eval', script], { encoding: 'utf8' })
    assert.equal(status, 0)
    assert.match(
      stdout,
      /^EngineError: ONNX Runtime could not be loaded on plan9-\w+ \(Node .*\): .*binaries for Linux and Windows.*Reinstall/,
    )
  })
})
