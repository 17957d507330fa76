import assert from 'node:assert/strict'
import ts from 'typescript'
import { workspaceTypes } from '../../../src/language/workspaceTypes'

const target = './.mtl/types/mtl/index.d.ts'

/** The new tsconfig.json, which must be one that TypeScript reads. */
function configFrom(text: string | null): { text: string; paths: unknown } {
  const files = workspaceTypes('export {}', text)
  assert.deepEqual(files[0], { path: '.mtl/types/mtl/index.d.ts', text: 'export {}' })
  const written = files[1]?.text ?? text!
  const { config, error } = ts.parseConfigFileTextToJson('tsconfig.json', written) as {
    config: { compilerOptions: { paths: unknown } }
    error?: ts.Diagnostic
  }
  assert.equal(error, undefined)
  return { text: written, paths: config.compilerOptions.paths }
}

describe('types for the workspace', () => {
  it('come with a tsconfig.json where there is none', () => {
    const { text, paths } = configFrom(null)
    assert.deepEqual(paths, { mtl: [target] })
    const { errors } = ts.parseJsonConfigFileContent(JSON.parse(text), { ...ts.sys, readDirectory: () => ['/w/a.mtl.ts'] }, '/w')
    assert.deepEqual(errors, [])
  })

  it('keep an existing file as it is, comments and all', () => {
    const before = `{
  // Our settings
  "compilerOptions": {
    "strict": true, // always
    "target": "es2022" /* for now */
  },
  "include": ["src"],
}
`
    const { text, paths } = configFrom(before)
    assert.deepEqual(paths, { mtl: [target] })
    assert.equal(text.replace(`,\n    "paths": { "mtl": ["${target}"] }`, ''), before)
  })

  const others: [string, string, unknown][] = [
    ['an empty object', '{}', { mtl: [target] }],
    ['other paths', '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }', { '@/*': ['./src/*'], mtl: [target] }],
    ['no options yet', '{\r\n  "include": ["a"]\r\n}\r\n', { mtl: [target] }],
    ['another place for mtl', '{ "compilerOptions": { "paths": { "mtl": ["./old.d.ts"] } } }', { mtl: [target] }],
    ['a base', '{ "compilerOptions": { "baseUrl": "./src/lib" } }', { mtl: ['../../.mtl/types/mtl/index.d.ts'] }],
  ]
  for (const [name, before, expected] of others)
    it(`fit into a file with ${name}`, () => assert.deepEqual(configFrom(before).paths, expected))

  it('change nothing the second time', () => {
    const once = configFrom('{ "compilerOptions": {} }').text
    assert.equal(workspaceTypes('export {}', once).length, 1)
  })

  it('refuse what is no such file', () => {
    assert.throws(() => workspaceTypes('', '{ "compilerOptions": '), SyntaxError)
    assert.throws(() => workspaceTypes('', '[1]'), SyntaxError)
  })
})
