import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ProfilerProcess } from '../../../../src/extension/models/profilerProcess'

describe('profiles from child processes', () => {
  const root = resolve('examples')
  const wanted = { kind: 'csv', path: 'penguins/penguins.csv', options: { missing: ['NA'] } }
  const scripts = mkdtempSync(join(tmpdir(), 'mtl-profiler-'))
  after(() => rmSync(scripts, { recursive: true, force: true }))
  const script = (name: string, text: string) => {
    writeFileSync(join(scripts, name), text)
    return join(scripts, name)
  }

  it('come one per request, errors as values', async () => {
    const profiler = new ProfilerProcess({ script: resolve('dist/profiler.js') })
    try {
      const made = await Promise.all([1, 2, 3].map(() => profiler.profile(root, wanted)))
      for (const profile of made) assert.equal(profile.kind === 'table' && profile.rows, 344)
      assert.deepEqual(await profiler.profile(root, { ...wanted, path: 'penguins/penguin.csv' }), {
        kind: 'error',
        code: 'mtl/data-unreadable',
        message: "there is no file penguins/penguin.csv; did you mean 'penguins/penguins.csv'?",
      })
    } finally {
      profiler.dispose()
    }
  })

  it('are an error after the time limit; the process is gone', async () => {
    const profiler = new ProfilerProcess({ script: script('endless.js', 'for (;;) {}'), timeLimit: 300 })
    assert.deepEqual(await profiler.profile(root, wanted), {
      kind: 'error',
      code: 'mtl/data-unreadable',
      message: 'penguins/penguins.csv could not be read within 0.3 seconds',
    })
    profiler.dispose()
  })

  it('fail loudly where the process does', async () => {
    const profiler = new ProfilerProcess({ script: script('broken.js', "throw new Error('no such luck')") })
    await assert.rejects(profiler.profile(root, wanted), /the reading process ended with code 1: [^]*no such luck/)
    profiler.dispose()
  })

  it('end with their owner, those in the queue too', async () => {
    const profiler = new ProfilerProcess({ script: script('endless.js', 'for (;;) {}') })
    const made = Promise.all([1, 2, 3, 4].map(() => profiler.profile(root, wanted)))
    setTimeout(() => profiler.dispose(), 200)
    for (const profile of await made)
      assert.deepEqual(profile, { kind: 'error', code: 'mtl/data-unreadable', message: 'reading was stopped' })
  })
})
