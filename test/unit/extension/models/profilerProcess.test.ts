import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ProfilerProcess } from '../../../../src/extension/models/profilerProcess'

describe('ProfilerProcess', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mtl-profile-'))
    writeFileSync(join(folder, 'a.csv'), 'size,kind\n1,x\n2,y\n3,x\n')
    writeFileSync(join(folder, 'hangs.js'), 'setInterval(() => {}, 1000)')
    writeFileSync(join(folder, 'fails.js'), 'console.error("no memory left"); process.exit(3)')
  })
  after(() => rmSync(folder, { recursive: true, force: true }))
  const wanted = { kind: 'csv', path: 'a.csv', options: {} }

  it('hands over the profile of a file', async () => {
    const profile = await new ProfilerProcess({ script: resolve('dist/profiler.js') }).profile(folder, wanted)
    assert.ok(profile.kind === 'table')
    assert.deepEqual([profile.rows, profile.columns.map(column => column.name)], [3, ['size', 'kind']])
  })

  it('hands over why a file can’t be read', async () => {
    const profile = await new ProfilerProcess({ script: resolve('dist/profiler.js') }).profile(folder, { ...wanted, path: 'b.csv' })
    assert.ok(profile.kind === 'error')
    assert.match(profile.message, /b\.csv/)
  })

  it('makes many profiles, two processes at a time', async () => {
    const profiler = new ProfilerProcess({ script: resolve('dist/profiler.js') })
    const profiles = await Promise.all([1, 2, 3, 4].map(() => profiler.profile(folder, wanted)))
    assert.deepEqual(
      profiles.map(profile => profile.kind),
      ['table', 'table', 'table', 'table'],
    )
  })

  it('ends a process that takes too long, and says so', async () => {
    const profile = await new ProfilerProcess({ script: join(folder, 'hangs.js'), timeLimit: 300 }).profile(folder, wanted)
    assert.ok(profile.kind === 'error')
    assert.match(profile.message, /a\.csv could not be read within 0\.3 seconds/)
  })

  it('tells what a broken process said', async () => {
    await assert.rejects(new ProfilerProcess({ script: join(folder, 'fails.js') }).profile(folder, wanted), /code 3.*no memory left/s)
  })

  it('ends its processes when it is disposed', async () => {
    const profiler = new ProfilerProcess({ script: join(folder, 'hangs.js') })
    const pending = profiler.profile(folder, wanted)
    profiler.dispose()
    assert.equal((await pending).kind, 'error')
  })
})
