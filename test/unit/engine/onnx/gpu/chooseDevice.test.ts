import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chooseDevice } from '../../../../../src/engine/onnx/gpu/chooseDevice'
import { wholeModels } from '../../../../fixtures/models/whole'

const graph = wholeModels['an MLP with three tasks']!()
const workload = { graph, optimizer: { kind: 'sgd', options: { momentum: 0 }, span: null }, perTaskGradients: false }

/** Runs with these variables in the environment of the processes that try devices. */
async function having<T>(variables: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> {
  const before = { ...process.env }
  Object.assign(process.env, variables)
  try {
    return await run()
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}

describe('choosing a device', () => {
  let folder: string
  before(function () {
    // Elsewhere the system has a driver of its own, which no variable takes away.
    if (process.platform !== 'linux') this.skip()
    folder = mkdtempSync(join(tmpdir(), 'mtl-device-'))
  })
  after(() => folder && rmSync(folder, { recursive: true }))

  const withoutDriver = { VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' }

  it('takes the CPU where there is no GPU, which is no fallback unless the GPU was asked for', async () => {
    const auto = await having(withoutDriver, () => chooseDevice({ choice: 'auto', workload, threads: 1 }))
    assert.equal(auto.provider, null)
    assert.equal(auto.fallback, false)
    assert.match(auto.reason, /^There is no GPU that can be used\. WebGPU can't be used: .*adapter/)
    const gpu = await having(withoutDriver, () => chooseDevice({ choice: 'gpu', workload, threads: 1 }))
    assert.equal(gpu.provider, null)
    assert.equal(gpu.fallback, true)
    assert.match(gpu.reason, /^The GPU can’t be used, so the CPU trains\. WebGPU can't be used: .*adapter/)
  })

  it('outlives a driver that ends the process, and tells it', async () => {
    const crash = join(folder, 'crash.cjs')
    writeFileSync(crash, "if (process.argv[1].endsWith('gpuProbe.js')) { console.error('terminate called'); process.abort() }")
    const { provider, fallback, reason } = await having({ NODE_OPTIONS: `--require ${crash}` }, () =>
      chooseDevice({ choice: 'auto', workload, threads: 1 }),
    )
    assert.equal(provider, null)
    assert.equal(fallback, true)
    assert.match(reason, /WebGPU can't be used: it ended the process that tried it \(SIGABRT\)/)
  })
})
