import assert from 'node:assert/strict'
import { probeBlockedLayout } from '../../../../src/engine/onnx/blockedLayout'
import { loadRuntime, type Runtime } from '../../../../src/engine/onnx/runtime'

/** The real runtime, with every run's outputs changed afterwards. */
async function altered(change: (outputs: Record<string, Float32Array>) => void): Promise<Runtime> {
  const runtime = await loadRuntime()
  return {
    ...runtime,
    session(model, threads) {
      const session = runtime.session(model, threads)
      return {
        dispose: () => session.dispose(),
        run(inputs, outputs) {
          session.run(inputs, outputs)
          change(Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array])))
        },
      }
    },
  }
}

describe('probeBlockedLayout', () => {
  it('finds the block size of this processor, where it has one', async () => {
    const block = probeBlockedLayout(await loadRuntime())
    assert.ok([0, 8, 16].includes(block))
    if (process.arch === 'x64') assert.notEqual(block, 0)
  })

  it('does not trust a layout it does not know', async () => {
    assert.equal(probeBlockedLayout(await altered(({ y }) => y?.reverse())), 0)
  })

  it('does not trust a gradient that differs from the plain form', async () => {
    let runs = 0
    assert.equal(probeBlockedLayout(await altered(({ gradient }) => gradient && ++runs === 2 && (gradient[3] = 9))), 0)
  })

  it('does without where the operators are missing', async () => {
    const runtime = await loadRuntime()
    const refusing: Runtime = { ...runtime, session: () => { throw new Error('no such operator') } } // prettier-ignore
    assert.equal(probeBlockedLayout(refusing), 0)
  })
})
