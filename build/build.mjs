// Bundles everything into dist/. Quiet and quick when nothing has changed: `node build/build.mjs [--force]`.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')

/** Programs that run in Node or in VS Code's extension host. */
const nodeEntries = {
  extension: 'src/extension/extension.ts',
  evaluator: 'src/language/worker.ts',
  profiler: 'src/data/profiler.ts',
  trainer: 'src/trainer/main.ts',
  cli: 'src/cli/main.ts',
  shard: 'src/engine/onnx/shardWorker.ts',
}

/** Native packages stay outside the bundles. */
const external = ['vscode', 'onnxruntime-node', '@duckdb/node-api', '@duckdb/node-bindings', '@tensorflow/tfjs-node']

const panels = { graph: 'webview/graph/main.ts', curves: 'webview/curves/main.ts' }

const present = entries => Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(root, file))))

function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
}

function fingerprint() {
  const hash = createHash('sha256')
  const files = [...['src', 'webview', 'media', 'build'].flatMap(folder => filesBelow(join(root, folder))), join(root, 'package-lock.json')]
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

async function bundle() {
  const esbuild = await import('esbuild')
  const common = { absWorkingDir: root, bundle: true, sourcemap: true, logLevel: 'warning', define: { 'process.env.NODE_ENV': '"production"' } }
  await esbuild.build({ ...common, entryPoints: present(nodeEntries), outdir: dist, platform: 'node', format: 'cjs', target: 'node20', external })
  const browser = { ...common, platform: 'browser', format: 'iife', target: 'chrome120', minify: true, outdir: dist, loader: { '.css': 'css' } }
  await esbuild.build({ ...browser, entryPoints: present(panels) })
  if (existsSync(join(root, 'src/dsl/mtl.ts'))) {
    // The module that model files import as 'mtl'. It runs inside the sandbox, where nothing of Node or the browser exists.
    await esbuild.build({ ...common, entryPoints: { mtl: 'src/dsl/mtl.ts' }, outdir: dist, platform: 'neutral', format: 'esm', target: 'es2023', sourcemap: false })
    await writeDeclarations(esbuild, common)
  }
  copy('node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm', 'quickjs.wasm')
  copy('node_modules/elkjs/lib/elk-worker.min.js', 'elk-worker.min.js')
  copy('src/language/typescriptPlugin', 'typescriptPlugin')
}

/** `mtl.d.ts` is generated from the same tables that the sandbox checks against. */
async function writeDeclarations(esbuild, common) {
  const source = 'src/dsl/declarations.ts'
  if (!existsSync(join(root, source))) return
  const { outputFiles } = await esbuild.build({ ...common, entryPoints: [source], write: false, platform: 'node', format: 'cjs', sourcemap: false })
  const module = { exports: {} }
  new Function('module', 'exports', 'require', outputFiles[0].text)(module, module.exports, () => ({}))
  mkdirSync(join(dist, 'types', 'mtl'), { recursive: true })
  writeFileSync(join(dist, 'types', 'mtl', 'index.d.ts'), module.exports.declarations())
}

function copy(from, to) {
  if (existsSync(join(root, from))) cpSync(join(root, from), join(dist, to), { recursive: true })
}

async function kernels() {
  const source = 'src/engine/onnx/kernels.as.ts'
  if (!existsSync(join(root, source))) return
  const target = join(dist, 'kernels.wasm')
  const stamp = join(dist, '.kernels')
  const hash = createHash('sha256').update(readFileSync(join(root, source))).digest('hex')
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  const asc = await import('assemblyscript/asc')
  const { error, stderr } = await asc.main([join(root, source), '-O3', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '-o', target])
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`)
  writeFileSync(stamp, hash)
}

const stampFile = join(dist, '.stamp')
const now = fingerprint()
if (process.argv.includes('--force')) rmSync(dist, { recursive: true, force: true })
if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== now) {
  mkdirSync(dist, { recursive: true })
  await bundle()
  await kernels()
  writeFileSync(stampFile, now)
}
