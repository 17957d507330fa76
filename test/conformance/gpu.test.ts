import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import type { Engine } from '../../src/engine/engine'
import { checkEngine } from '../../src/runs/checkEngine'
import type { RunFolder } from '../../src/runs/folder'
import { folderWith } from '../unit/data/folder'
import { ended, eventsOf, Workspace } from '../unit/trainer/workspace'
import { assertClose, figuresOf, samplings, trainOnTwoSets, twoSets } from '../fixtures/models/twoDataSets'
import { softwareVulkan } from '../fixtures/softwareVulkan'
import { caseProgram } from './gpu/caseProgram'
import { scenarios, setsTraining, train, type Trace } from './gpu/scenarios'
import { primitiveCases } from './primitiveCases'
import { interpret } from './reference'
import { relativeError } from './runProgram'

const vulkan = softwareVulkan()

/** Asks the side that touches the device. A driver must be in the environment of a process from its start, and may end it. */
function ask<Answer>(what: string, name = ''): Promise<Answer> {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', join(__dirname, 'gpu/deviceSide.ts'), what, name], {
    env: { ...process.env, ...vulkan },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, complaints] = ['', '']
  child.stdout.on('data', (part: Buffer) => void (said += part.toString()))
  child.stderr.on('data', (part: Buffer) => void (complaints += part.toString()))
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(said.trim().split('\n').at(-1)!) as Answer)
      else reject(new Error(`the device's process ended by ${signal ?? code}: ${complaints.slice(-2000)}`))
    })
  })
}

const values = (record: Readonly<Record<string, readonly number[]>>) => Object.values(record).flat()

function assertSame(actual: Trace, expected: Trace, tolerance: number): void {
  const plain = ({ losses }: Trace) => losses.map(loss => loss ?? -1)
  assert.ok(relativeError(plain(actual), plain(expected)) < tolerance, 'losses')
  assert.ok(relativeError(actual.gram, expected.gram) < tolerance, 'Gram blocks')
  assert.deepEqual(Object.keys(actual.parameters), Object.keys(expected.parameters))
  assert.deepEqual(Object.keys(actual.slots).sort(), Object.keys(expected.slots).sort())
  assert.ok(relativeError(values(actual.parameters), values(expected.parameters)) < tolerance, 'parameters')
  for (const [name, slot] of Object.entries(expected.slots)) assert.ok(relativeError(actual.slots[name]!, slot) < 10 * tolerance, name)
  for (const [task, prediction] of Object.entries(expected.predictions))
    assert.ok(relativeError(actual.predictions[task]!, prediction) < tolerance, `predictions of ${task}`)
}

describe('the GPU, by a software Vulkan driver', () => {
  let cpu: Engine
  before(async function () {
    if (!vulkan && process.env.CI) throw new Error('SwiftShader is missing: install chromium-common')
    if (!vulkan) this.skip() // without SwiftShader (Debian: chromium-common)
    cpu = await openOnnxEngine({ threads: 2 })
  })

  it('computes every primitive as the reference does, without leaving the device', async () => {
    const answers = await ask<{ values: number[]; elsewhere: string | null }[]>('primitives')
    primitiveCases.forEach((given, i) => {
      const { program, output, feeds } = caseProgram(given, i)
      const title = `${given.kind} ${JSON.stringify(given.shapes)} ${JSON.stringify(given.attributes ?? {})}`
      const error = relativeError(answers[i]!.values, interpret(program, feeds, [output])[0]!)
      assert.ok(error < 1e-5, `${title}: ${error}`)
      assert.equal(answers[i]!.elsewhere, null, title)
    })
  })

  for (const [name, make] of Object.entries(scenarios))
    it(`trains ${name} as the CPU does`, async () => {
      const trace = await ask<Trace>('train', name)
      assert.equal(trace.losses.length, make().steps * make().graph.tasks.length)
      assertSame(trace, await train(make(), [cpu]), 1e-3)
    })

  it('trains on a data set of its own per task as the CPU does, by size, by temperature and in turns', async () => {
    const folder = folderWith(twoSets)
    const found = await ask<(number | null)[][]>('dataSets', folder)
    for (const [i, sources] of samplings.entries()) {
      const { outcome, recorder } = await trainOnTwoSets(cpu, folder, setsTraining(sources))
      assert.equal(outcome.status, 'completed', outcome.message)
      assertClose(found[i]!, figuresOf(recorder), 1e-3)
    }
  })

  it('goes on with the CPU’s checkpoint, and the CPU with its', async () => {
    const name = 'partial sharing, missing labels, absent tasks'
    const { toDevice, fromDevice } = await ask<{ toDevice: Trace; fromDevice: Trace }>('handOver', name)
    const whole = await train(scenarios[name]!(), [cpu])
    assertSame(toDevice, whole, 1e-3)
    assertSame(fromDevice, whole, 1e-3)
  })

  it('says when a weight is no finite number', async () => {
    assert.deepEqual(await ask('broken', 'partial sharing by pcGrad()'), [true, false, false, true, false, false])
  })

  it('multiplies rows part by part where all products at once would take too much room', async () => {
    const rows = Array.from({ length: 3 }, (_, t) => Array.from({ length: 2500 }, (_, i) => Math.fround(Math.sin(t * 2500 + i))))
    const expected = rows.flatMap(a => rows.map(b => a.reduce((sum, value, i) => sum + value * b[i]!, 0)))
    for (const gram of await ask<number[][]>('gram')) assert.ok(relativeError(gram, expected) < 1e-5)
  })

  describe('as the device of a run', () => {
    const workspace = new Workspace()
    const before = { ...process.env }
    beforeEach(() => void Object.assign(process.env, vulkan))
    afterEach(() => {
      for (const name of Object.keys(vulkan!)) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    })
    const devices = (folder: RunFolder) => eventsOf(folder).filter(event => event.type === 'device')
    const losses = (folder: RunFolder) =>
      eventsOf(folder).flatMap(event => (event.type === 'step' ? Object.values(event.losses).map(Number) : []))

    it('is asked for, written down, and kept by the run that goes on', async () => {
      const model = workspace.model({ epochs: 1, weighting: 'equal()' })
      const folder = await workspace.launch(model, { device: 'gpu' })
      assert.equal((await ended(folder)).status, 'completed')
      const { device, provider, reason } = folder.readManifest().engine
      assert.deepEqual([device, provider], ['gpu', 'WebGPU'])
      assert.match(reason!, /^The GPU was asked for\. Measured: .* a step on the GPU \(WebGPU\), .* on the CPU$/)
      await workspace.launch(model, { resume: folder.path, epochs: 2 })
      assert.equal((await ended(folder)).status, 'completed')
      assert.deepEqual(
        devices(folder).map(event => [event.device, event.fallback]),
        [
          ['gpu', false],
          ['gpu', false],
        ],
      )
      const plain = await workspace.launch(model, { device: 'cpu', epochs: 2 })
      await ended(plain)
      assert.deepEqual(devices(plain), [])
      assert.ok(relativeError(losses(folder), losses(plain)) < 1e-3)
    })

    it('is left where the CPU is faster, by measurement', async () => {
      const folder = await workspace.launch(workspace.model({ epochs: 1 }), { device: 'auto' })
      assert.equal((await ended(folder)).status, 'completed')
      assert.equal(folder.readManifest().engine.device, 'cpu')
      assert.match(folder.readManifest().engine.reason!, /^The CPU is as fast or faster for this model\. Measured: /)
    })

    it('is checked by the doctor, with its gradients', async () => {
      const report = await checkEngine({ doctor: resolve('dist/doctor.js'), engine: 'onnxruntime', device: 'gpu' })
      assert.deepEqual(
        report.gpu.map(({ provider, ok }) => [provider, ok]),
        [['WebGPU', true]],
      )
      assert.equal(report.gpu[0]!.checks.length, 4)
      assert.match(report.verdict, /The GPU works \(WebGPU\): it is taken\.$/)
    })
  })
})
