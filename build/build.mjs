// Bundles everything into dist/. Quiet, and quick when nothing has changed: `node build/build.mjs [--force]`.
// Everything is made in a folder of its own and then renamed file by file, under a lock: a program that runs from dist/
// never meets half a file, and two builds at once do not disturb each other.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import * as esbuild from 'esbuild'
import { withLock } from './lock.mjs'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
export const dist = join(root, 'dist')
const cache = join(root, '.cache')
const execute = promisify(execFile)
const stampFile = join(dist, '.stamp')

/** Programs that run in Node or in VS Code's extension host. */
const nodeEntries = {
  extension: 'src/extension/extension.ts',
  workspaceTypes: 'src/language/workspaceTypes.ts',
  editVocabulary: 'src/language/editVocabulary.ts',
  modelFromTable: 'src/language/modelFromTable.ts',
  evaluator: 'src/language/worker.ts',
  profiler: 'src/data/profiler.ts',
  dataReport: 'src/data/report/main.ts',
  trainer: 'src/trainer/main.ts',
  batches: 'src/training/batchWorker.ts',
  series: 'src/trainer/seriesProgram.ts',
  doctor: 'src/trainer/doctor.ts',
  cli: 'src/cli/main.ts',
  shard: 'src/engine/onnx/shardWorker.ts',
  gpuProbe: 'src/engine/onnx/gpu/probe.ts',
}

/** Native packages stay outside the bundles. */
export const external = ['vscode', 'onnxruntime-node', '@duckdb/node-bindings', 'sharp', '@tensorflow/tfjs-node']

const panels = {
  graph: 'webview/graph/main.ts',
  curves: 'webview/curves/main.ts',
  data: 'webview/data/main.ts',
  conflict: 'webview/conflict/main.ts',
  affinity: 'webview/affinity/main.ts',
}

const present = entries => Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(root, file))))

function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

function fingerprint() {
  const hash = createHash('sha256')
  const folders = ['src', 'webview', 'build'].flatMap(folder => filesBelow(join(root, folder)))
  for (const file of [...folders, join(root, 'package-lock.json')].sort()) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/**
 * What `import()` names is loaded when it is needed, and is a file of its own where it is an entry: activation reads less.
 * @type {esbuild.Plugin}
 */
const lazily = {
  name: 'lazily',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      const source = join(resolveDir, `${path}.ts`)
      const [name] = Object.entries(nodeEntries).find(([, file]) => kind === 'dynamic-import' && join(root, file) === source) ?? []
      return name === undefined ? undefined : { path: `./${name}.js`, external: true }
    })
  },
}

/**
 * VS Code's API is taken as it is. As a namespace, esbuild would copy its 600 members once for each of our files: a third of the time
 * that activation takes.
 * @type {esbuild.Plugin}
 */
const vscodeAsItIs = {
  name: 'vscode as it is',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]extension[\\/].*\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replace("import * as vscode from 'vscode'", "import vscode = require('vscode')"),
    }))
  },
}

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
}

async function bundle(out) {
  await esbuild.build({
    ...common,
    entryPoints: present(nodeEntries),
    outdir: out,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external,
    plugins: [lazily, vscodeAsItIs],
  })
  await esbuild.build({
    ...common,
    entryPoints: present(panels),
    outdir: out,
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
    minify: true,
  })
  // Loaded only where the second engine is used. Minified, for three quarters of it are kernels' names and checks.
  await esbuild.build({
    ...common,
    entryPoints: { tensorflow: 'src/engine/tfjs/library.ts' },
    outdir: out,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    sourcemap: false,
  })
  if (existsSync(join(root, 'src/dsl/mtl.ts'))) {
    // The module that model files import as 'mtl'. It runs inside the sandbox, where nothing of Node or the browser exists.
    const sandbox = { platform: /** @type {const} */ ('neutral'), format: /** @type {const} */ ('esm'), target: 'es2023', sourcemap: false }
    await esbuild.build({ ...common, ...sandbox, entryPoints: { mtl: 'src/dsl/mtl.ts' }, outdir: out })
    await writeDeclarations(out)
  }
  const copy = (from, to) => existsSync(join(root, from)) && cpSync(join(root, from), join(out, to), { recursive: true })
  copy('node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm', 'quickjs.wasm')
  copy('node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-simd.wasm')
  copy('node_modules/elkjs/lib/elk-worker.min.js', 'elk-worker.min.js')
  copy('src/language/typescriptPlugin', 'typescriptPlugin')
}

/** `mtl.d.ts` is generated from the same tables that the sandbox checks against. */
async function writeDeclarations(out) {
  const source = 'src/dsl/declarations.ts'
  if (!existsSync(join(root, source))) return
  const { outputFiles } = await esbuild.build({
    ...common,
    entryPoints: [source],
    write: false,
    outdir: out,
    platform: 'node',
    format: 'cjs',
    sourcemap: false,
  })
  const module = { exports: /** @type {any} */ ({}) }
  runInNewContext(outputFiles[0].text, { module, exports: module.exports })
  mkdirSync(join(out, 'types', 'mtl'), { recursive: true })
  writeFileSync(join(out, 'types', 'mtl', 'index.d.ts'), module.exports.declarations())
}

/** The optimizer kernels; the compiler is slow, so its result is kept by content. */
async function kernels(out) {
  const source = join(root, 'src/engine/onnx/kernels.as.ts')
  if (!existsSync(source)) return
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16)
  const compiled = join(cache, `kernels-${hash}.wasm`)
  if (!existsSync(compiled)) {
    const unfinished = `${compiled}.${process.pid}`
    const options = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '-o', unfinished]
    await execute(process.execPath, [join(root, 'node_modules/assemblyscript/bin/asc.js'), source, ...options])
    renameSync(unfinished, compiled)
  }
  cpSync(compiled, join(out, 'kernels.wasm'))
}

/** Moves the new files over the old ones and removes what is no longer made. */
function publish(out) {
  const made = filesBelow(out).map(file => relative(out, file))
  for (const file of made) {
    mkdirSync(dirname(join(dist, file)), { recursive: true })
    renameSync(join(out, file), join(dist, file))
  }
  for (const file of filesBelow(dist)) {
    if (!made.includes(relative(dist, file)) && file !== stampFile) rmSync(file)
  }
}

const isBuilt = now => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === now

/** Builds dist/ where it is not up to date. */
export async function build({ force = false } = {}) {
  const now = fingerprint()
  if (!force && isBuilt(now)) return
  await withLock(join(cache, 'build.lock'), async () => {
    if (!force && isBuilt(now)) return
    const out = join(cache, `build-${process.pid}`)
    try {
      mkdirSync(out, { recursive: true })
      await bundle(out)
      await kernels(out)
      publish(out)
      writeFileSync(stampFile, now)
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  build({ force: process.argv.includes('--force') }).catch(error => {
    // esbuild has printed its own errors by now.
    if (!error.errors) console.error(error)
    process.exitCode = 1
  })
}
