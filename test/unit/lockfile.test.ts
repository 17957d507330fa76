import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

interface Locked {
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

describe('package-lock.json', () => {
  const text = readFileSync('package-lock.json', 'utf8')
  const { packages } = JSON.parse(text) as { packages: Record<string, Locked> }
  const installed = Object.entries(packages).filter(([path]) => path !== '')

  it('names no place to download from: each machine asks its own registry', () => {
    assert.ok(installed.length > 100)
    assert.deepEqual(
      installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
      [],
    )
    assert.doesNotMatch(text, /https?:\/\/[^"]*\.tgz/)
  })

  it('pins the content of every package', () => {
    assert.deepEqual(
      installed.filter(([, { integrity, link }]) => !integrity && !link).map(([path]) => path),
      [],
    )
  })

  it('holds the binaries of every platform: npm ci refuses a lock that lacks one', () => {
    for (const [path, { optionalDependencies }] of Object.entries(packages)) {
      for (const name of Object.keys(optionalDependencies ?? {})) {
        assert.ok(packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`], `${name} of ${path}`)
      }
    }
  })

  it('belongs to package.json', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<'dependencies' | 'devDependencies', Record<string, string>>
    const locked = packages[''] as typeof manifest
    for (const kind of ['dependencies', 'devDependencies'] as const) assert.deepEqual(locked[kind], manifest[kind])
  })
})
