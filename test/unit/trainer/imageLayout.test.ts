import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../../../src/base/random'
import { probeBlockedLayout } from '../../../src/engine/onnx/blockedLayout'
import { loadRuntime } from '../../../src/engine/onnx/runtime'
import { killRun } from '../../../src/runs/launch'
import { liveProcess } from '../../../src/runs/live'
import { npy, npzOf } from '../data/folder'
import { until } from '../runs/temporary'
import { ended, eventsOf, numbers, Workspace } from './workspace'

const epochs = 30

const bytes = ({ buffer }: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>) => new Uint8Array(buffer)

const text = `import { activation, add, batchNorm, classification, conv2d, globalAveragePool2d, input, model, npz, regression } from 'mtl'

const data = npz('shapes.npz', { split: { train: 0.8, validation: 0.1, test: 0.1, seed: 7 } })
const image = input('image', [8, 8, 1], { from: data })
const first = image.pipe(conv2d(16), batchNorm(), activation('relu'))
const trunk = add(first.pipe(conv2d(16, { bias: false }), batchNorm()), first).pipe(activation('relu'), globalAveragePool2d())

export default model({
  tasks: { kind: classification(data.label('kind'), trunk), size: regression(data.label('size'), trunk) },
  training: { epochs: ${epochs}, batchSize: 32, seed: 1 },
})
`

describe('the image layout of a run', () => {
  const workspace = new Workspace()
  let cache: string
  let before: string | undefined

  beforeEach(() => {
    before = process.env.MTL_CACHE
    cache = mkdtempSync(join(tmpdir(), 'mtl-cache-'))
    process.env.MTL_CACHE = cache
    const random = Random.seeded(2, 'images')
    const rows = 320
    const image = Float32Array.from({ length: rows * 64 }, () => random.normal())
    const kind = Int32Array.from({ length: rows }, (_, i) => Number(image[i * 64]! > 0))
    const size = Float32Array.from({ length: rows }, (_, i) => image[i * 64 + 9]!)
    writeFileSync(
      join(workspace.root, 'shapes.npz'),
      npzOf({
        image: npy('<f4', [rows, 8, 8, 1], bytes(image)),
        kind: npy('<i4', [rows], bytes(kind)),
        size: npy('<f4', [rows], bytes(size)),
      }),
    )
  })
  afterEach(() => {
    if (before === undefined) delete process.env.MTL_CACHE
    else process.env.MTL_CACHE = before
    rmSync(cache, { recursive: true, force: true })
  })

  it('is kept when the run goes on, even if the cache says otherwise by then', async function () {
    if (probeBlockedLayout(await loadRuntime()) === 0) return this.skip()
    const file = workspace.write('shapes.mtl.ts', text)
    const whole = await workspace.launch(file)
    assert.equal((await ended(whole)).status, 'completed')
    const { imageLayout } = whole.readChoices()!
    const folder = await workspace.launch(file, { checkpointSeconds: 0 })
    await until('it has saved something', () => existsSync(folder.checkpoint('last')))
    if (liveProcess(folder)) killRun(folder)
    await until('the process is gone', () => !liveProcess(folder))
    assert.ok(!eventsOf(folder).some(event => event.type === 'end'), 'it was killed before its end')
    const other = imageLayout === 'plain' ? 'blocked' : 'plain'
    for (const name of readdirSync(cache)) writeFileSync(join(cache, name), JSON.stringify({ imageLayout: other }))

    await workspace.launch(file, { resume: folder.path })
    assert.equal((await ended(folder)).status, 'completed')
    assert.deepEqual(numbers(folder), numbers(whole))
    assert.deepEqual(JSON.parse(readFileSync(folder.choices, 'utf8')), { imageLayout })

    const fresh = await workspace.launch(file)
    await ended(fresh)
    assert.equal(fresh.readChoices()!.imageLayout, other)
    assert.notDeepEqual(numbers(fresh), numbers(whole), 'the layout makes a difference, so that the comparison above can fail')
  })

  it('is not guessed where the file is damaged', async function () {
    if (probeBlockedLayout(await loadRuntime()) === 0) return this.skip()
    const folder = await workspace.launch(workspace.write('shapes.mtl.ts', text))
    await until('it has begun', () => existsSync(folder.choices) && existsSync(folder.checkpoint('last')))
    if (liveProcess(folder)) killRun(folder)
    await until('the process is gone', () => !liveProcess(folder))
    writeFileSync(folder.choices, '{"imageLayout":"diag')
    await assert.rejects(workspace.launch(join(workspace.root, 'shapes.mtl.ts'), { resume: folder.path }), /choices\.json is damaged/)
  })
})
