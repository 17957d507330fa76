import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { profiles } from '../../../src/data/profile'
import type { ProfileWanted } from '../../../src/language/evaluation'
import { profileKey, type DataProfile, type ProfileError } from '../../../src/ir/profile'

describe('the profiling process', () => {
  const script = resolve('dist/profiler.js')

  it('answers on stdout what it was asked on stdin', async () => {
    assert.ok(existsSync(script), 'dist/profiler.js is not there: run `npm run build`')
    const wanted: ProfileWanted[] = [
      { kind: 'csv', path: 'penguins/penguins.csv', options: { missing: ['NA'] } },
      { kind: 'csv', path: 'penguins/none.csv', options: {} },
      { kind: 'csv', path: '../package.json', options: {} },
    ]
    const root = resolve('examples')
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { input: JSON.stringify({ root, wanted }), encoding: 'utf8' })
    assert.deepEqual([stderr, status], ['', 0])
    const answer = JSON.parse(stdout) as Record<string, DataProfile | ProfileError>
    assert.deepEqual(Object.keys(answer), wanted.map(profileKey))
    assert.deepEqual(answer, JSON.parse(JSON.stringify(await profiles(wanted, root))))
    assert.deepEqual(answer[profileKey(wanted[2]!)], {
      kind: 'error',
      code: 'mtl/data-path',
      message: "'../package.json' lies outside the workspace folder",
    })
  })

  it('ends with a complaint where the request is none', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { input: 'nonsense', encoding: 'utf8' })
    assert.deepEqual([stdout, status], ['', 1])
    assert.match(stderr, /SyntaxError/)
  })
})
