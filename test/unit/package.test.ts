import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { picture } from './data/files'
import { temporaryFolder } from './runs/temporary'

const platform = `${process.platform}-${process.arch}`
const engine = `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`

/** What the package holds, all of it: `*` is any part of a name, `**` any folders. */
const expected = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  ...['package.json', 'package.nls.json', 'readme.md', 'changelog.md', 'SECURITY.md', 'LICENSE.txt', 'ThirdPartyNotices.txt'],
  // The programs: of the editor, of the sandbox, and of the processes that train, read data and look after the engine.
  ...['extension.js', 'workspaceTypes.js', 'editVocabulary.js', 'modelFromTable.js'].map(name => `dist/${name}`),
  ...['evaluator.js', 'mtl.js', 'quickjs.wasm'].map(name => `dist/${name}`),
  ...[
    'trainer.js',
    'batches.js',
    'profiler.js',
    'dataReport.js',
    'series.js',
    'doctor.js',
    'gpuProbe.js',
    'cli.js',
    'shard.js',
    'kernels.wasm',
  ].map(name => `dist/${name}`),
  ...['tensorflow.js', 'tfjs-backend-wasm-simd.wasm'].map(name => `dist/${name}`),
  'dist/elk-worker.min.js',
  'dist/{graph,curves,conflict,affinity,comparison,data}.js',
  'dist/{graph,curves,conflict,affinity,comparison,data}.css',
  'dist/types/mtl/index.d.ts',
  'docs/*.md',
  'media/icon.png',
  'media/*.svg',
  'media/walkthrough/*.{md,svg}',
  'examples/*/{README.md,*.mtl.ts,make-data.mjs,*.csv,*.npz}',
  'examples/*/pictures/*.png',
  'examples/*/results/*.json',
  'node_modules/mtl-typescript-plugin/{package.json,*.js}',
  `${engine}/onnxruntime_binding.node`,
  `${engine}/*.{so.1,dylib,dll}`,
  'node_modules/onnxruntime-node/{package.json,dist/*.js}',
  'node_modules/onnxruntime-common/{package.json,dist/cjs/**}',
  'node_modules/@duckdb/node-bindings/{package.json,*.js}',
  `node_modules/@duckdb/node-bindings-${platform}/{package.json,duckdb.node}`,
  `node_modules/@duckdb/node-bindings-${platform}/*.{so,dylib,dll}`,
  'node_modules/detect-libc/{package.json,lib/*.js}',
  // What decodes pictures.
  ...(existsSync('node_modules/sharp')
    ? [
        'node_modules/sharp/{package.json,dist/*.mjs}',
        'node_modules/semver/**.{json,js}',
        'node_modules/@img/colour/{package.json,*.cjs}',
        `node_modules/@img/sharp-${platform}/{package.json,index.cjs,lib/*}`,
        `node_modules/@img/sharp-libvips-${platform}/{package.json,lib/*}`,
      ]
    : []),
]

function matcher(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
    .replace(/\*\*|\*/g, stars => (stars === '**' ? '.*' : '[^/]*'))
  return new RegExp(`^${source}$`)
}

/** Names that are needed on other platforms or, as the library of Windows, are part of the binding there. */
const optional = /\{so(\.1)?,dylib,dll\}/

describe('the package', () => {
  const folder = temporaryFolder()
  const make = (to: string, ...more: string[]) => promisify(execFile)(process.execPath, ['build/package.mjs', '--out', to, ...more])
  /** Where that of this platform is. */
  let place: string
  before(async () => {
    place = mkdtempSync(join(tmpdir(), 'mtl-test-'))
    await make(place)
  })
  after(() => rmSync(place, { recursive: true, force: true }))

  it('of this platform holds what users need at run time, and nothing else', () => {
    const [name] = readdirSync(place)
    assert.match(name!, new RegExp(`^mtl-workbench-${platform}-\\d+\\.\\d+\\.\\d+\\.vsix$`))
    const file = join(place, name!)
    const sizes = new Map<string, number>()
    unzipSync(readFileSync(file), {
      filter: ({ name, originalSize }) => (sizes.set(name.replace(/^extension\//, ''), originalSize), false),
    })
    const matchers = expected.map(pattern => ({ pattern, matches: matcher(pattern) }))
    const unexpected = [...sizes.keys()].filter(name => !matchers.some(({ matches }) => matches.test(name)))
    assert.deepEqual(unexpected, [])
    const missing = matchers.filter(
      ({ pattern, matches }) => !optional.test(pattern) && ![...sizes.keys()].some(name => matches.test(name)),
    )
    assert.deepEqual(
      missing.map(({ pattern }) => pattern),
      [],
    )
    // One platform's engine and database, 41 MB of it on Linux; two would not fit.
    const megabytes = statSync(file).size / 2 ** 20
    assert.ok(megabytes > 20 && megabytes < 60, `${megabytes.toFixed(1)} MB`)
    const own = [...sizes].filter(([name]) => name.startsWith('dist/')).reduce((sum, [, size]) => sum + size, 0) / 2 ** 20
    assert.ok(own < 13, `${own.toFixed(1)} MB of programs`)
    assert.ok(sizes.get('dist/extension.js')! < 300_000, 'what is loaded at activation')
  })

  it('decodes pictures and trains on them, away from the packages of this folder', async () => {
    for (const [name, content] of Object.entries(unzipSync(readFileSync(join(place, readdirSync(place)[0]!))))) {
      const path = join(folder(), name)
      mkdirSync(dirname(path), { recursive: true })
      if (!name.endsWith('/')) writeFileSync(path, content)
    }
    for (const label of ['a', 'b']) {
      mkdirSync(join(folder(), 'photos', label), { recursive: true })
      for (let i = 0; i < 8; i++) writeFileSync(join(folder(), 'photos', label, `${i}.png`), picture('png'))
    }
    writeFileSync(
      join(folder(), 'photos.mtl.ts'),
      `import { classification, dense, flatten, images, input, model } from 'mtl'
const photos = images('photos', { size: [4, 6], split: { train: 0.5, validation: 0.25, test: 0.25, stratify: 'class' } })
const trunk = input('image', [4, 6, 3], { from: photos, scale: 1 / 255 }).pipe(flatten(), dense(8))
export default model({ tasks: { kind: classification(photos.label('class'), trunk) }, training: { epochs: 2 } })
`,
    )
    const cli = join(folder(), 'extension', 'dist', 'cli.js')
    const { stdout } = await promisify(execFile)(process.execPath, [cli, 'train', 'photos.mtl.ts'], { cwd: folder() })
    assert.match(stdout, /Completed\s*$/)
  })

  it('of another platform is made where its libraries are installed, and else says what to install', async () => {
    const other = platform === 'linux-arm64' ? 'linux-x64' : 'linux-arm64'
    if (!existsSync(`node_modules/@duckdb/node-bindings-${other}`))
      await assert.rejects(make(folder(), '--target', other), {
        stderr: new RegExp(`^Libraries for ${other} are not installed here.*npm install .*@duckdb/node-bindings-${other}@\\d`),
      })
    await assert.rejects(make(folder(), '--target', 'amiga-m68k'), {
      stderr: /^There is no platform amiga-m68k; there are darwin-arm64, darwin-x64, linux-arm64, /,
    })
    assert.deepEqual(readdirSync(folder()), [])
  })
})
