import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkEngine } from '../../../src/runs/checkEngine'
import { withoutOnnxRuntime } from './withoutOnnxRuntime'

const doctor = resolve('dist/doctor.js')

describe('checking engines', () => {
  it('finds that both compute', async () => {
    const phases: string[] = []
    const report = await checkEngine({ doctor, engine: 'auto', device: 'cpu', onPhase: phase => phases.push(phase) })
    const steps = ['loading the libraries', 'one training step', 'gradients against finite differences', 'per-task gradients']
    assert.deepEqual(
      phases,
      ['ONNX Runtime', 'TensorFlow.js'].flatMap(engine => steps.map(step => `${engine}: ${step}`)),
    )
    assert.equal(report.used, 'onnxruntime')
    assert.equal(report.process!.node, process.versions.node)
    for (const { ok, checks, threads, memory, notes } of report.engines) {
      assert.equal(ok, true)
      assert.deepEqual(
        checks.map(({ name }) => name),
        steps,
      )
      assert.ok(threads! >= 1 && memory! > 2 ** 20)
      assert.ok(notes.every(note => note.length > 10))
    }
    // Both trained the same step from the same weights.
    const [a, b] = report.engines.map(({ checks }) => /losses [\d. and]+/.exec(checks[1]!.detail)![0])
    assert.equal(a, b)
  })

  it('looks at the chosen one only', async () => {
    const { engines, used } = await checkEngine({ doctor, engine: 'tensorflow', device: 'cpu' })
    assert.deepEqual(
      engines.map(({ engine }) => engine),
      ['tensorflow'],
    )
    assert.equal(used, 'tensorflow')
  })

  it('names the fallback where ONNX Runtime is not installed', async () => {
    const report = await checkEngine({ doctor: join(withoutOnnxRuntime(), 'doctor.js'), engine: 'auto', device: 'cpu' })
    assert.equal(report.used, 'tensorflow')
    assert.match(report.verdict, /It is the fallback\. ONNX Runtime: loading the libraries failed: .*onnxruntime-node/)
  })

  it('tells where a process ends in the midst of a check, and goes on with the other engine', async () => {
    const dying = join(withoutOnnxRuntime(), 'dying.js')
    writeFileSync(
      dying,
      `console.log(JSON.stringify({ type: 'begin', name: 'one training step' }))
       console.error('Illegal instruction')
       process.kill(process.pid, 'SIGKILL')`,
    )
    const report = await checkEngine({ doctor: dying, engine: 'auto', device: 'cpu' })
    assert.equal(report.used, null)
    assert.equal(report.engines.length, 2)
    assert.match(report.engines[0]!.checks[0]!.detail, /the process ended by SIGKILL: Illegal instruction/)
  })

  it('ends when asked to, without a verdict', async () => {
    const abort = new AbortController()
    const check = checkEngine({ doctor, engine: 'auto', device: 'cpu', onPhase: () => abort.abort(), signal: abort.signal })
    await assert.rejects(check, { name: 'AbortError' })
  })

  it('says so where the Node does not exist', async () => {
    const { engines } = await checkEngine({ doctor, node: '/nowhere/node', engine: 'onnxruntime', device: 'cpu' })
    assert.match(engines[0]!.checks[0]!.detail, /ENOENT/)
  })
})
