// What the editor waits for: npm run -s bench:editor -- [--json] [--edits 40] [--activation]
// One line per case. `ms` is the time on the clock; `cpu` is the processor's time, which does not depend on what else runs here:
// on an idle machine both are the same, as one thread works while the others wait.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import ELK from 'elkjs/lib/main'
import type { ElkNode } from 'elkjs/lib/elk-api'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serialize, deserialize } from 'node:v8'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import type { EvaluationResult } from '../../src/language/evaluation'
import { LanguageHost } from '../../src/language/host'
import { elkGraph } from '../../webview/graph/elkGraph'
import { measureBoxes } from '../../webview/graph/measure'
import { makeScene } from '../../webview/graph/scene'

const dist = resolve('dist')
const targets: Readonly<Record<string, number>> = {
  'keystroke 100': 50,
  'keystroke 500': 150,
  'layout 1000': 1000,
  'receive 500': 10,
  // Kilobytes: what is read at activation, and one platform's package.
  'extension.js': 250,
  vsix: 60 * 1024,
}

interface Line {
  readonly case: string
  readonly [figure: string]: string | number | boolean | null
}

let json = false

function print(line: Line): void {
  if (json) return console.log(JSON.stringify(line))
  const { case: name, ...figures } = line
  console.log(
    `${name.padEnd(16)}${Object.entries(figures)
      .map(([key, value]) => `${key} ${value}`)
      .join('  ')}`,
  )
}

const rounded = (value: number) => Math.round(value * 100) / 100

interface Sample {
  readonly clock: number
  readonly processor: number
}

const processorTime = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function stopwatch(): () => Sample {
  const started = performance.now()
  const used = processorTime()
  return () => ({ clock: performance.now() - started, processor: processorTime() - used })
}

const quantile = (values: readonly number[], share: number) => {
  const sorted = [...values].sort((a, b) => a - b)
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!)
}

function spread(samples: readonly Sample[], name: string) {
  const clock = samples.map(s => s.clock)
  const processor = samples.map(s => s.processor)
  const target = targets[name]
  const p95 = quantile(clock, 0.95)
  return {
    min_ms: quantile(clock, 0),
    p50_ms: quantile(clock, 0.5),
    p95_ms: p95,
    cpu_p50_ms: quantile(processor, 0.5),
    cpu_p95_ms: quantile(processor, 0.95),
    n: samples.length,
    ...(target === undefined ? {} : { target_ms: target, ok: p95 <= target }),
  }
}

/** A trunk of `layers` dense layers written out line by line, with two tasks, as it is after the `edit`-th keystroke. */
function modelText(layers: number, edit: number): string {
  const lines = Array.from({ length: layers }, (_, i) => {
    const units = i === (edit * 7) % layers ? 100 + edit : 32 + (i % 64)
    return `const h${i + 1} = dense(${units}, { activation: 'relu' })(h${i}) // layer ${i}`
  })
  return `import { classification, dense, input, model } from 'mtl'
const h0 = input('x', [64])
${lines.join('\n')}
export default model({ tasks: { kind: classification(10, h${layers}), other: classification(3, h${layers >> 1}) } })
`
}

async function keystrokes(edits: number): Promise<Map<number, EvaluationResult>> {
  const root = mkdtempSync(join(tmpdir(), 'mtl-bench-'))
  const host = new LanguageHost({ dist, deadline: 10_000, watchdog: 30_000 })
  const file = 'bench.mtl.ts'
  const sizes = [12, 100, 500]
  const times = new Map<number, Sample[]>(sizes.map(size => [size, []]))
  const last = new Map<number, EvaluationResult>()
  try {
    // In turns, so that a busy moment of the machine does not fall on one size alone.
    for (let edit = 0; edit < edits + 3; edit++) {
      for (const size of sizes) {
        const text = modelText(size, edit)
        const stop = stopwatch()
        const result = await host.evaluate({ file, root, overlay: { [file]: text }, profiles: {} })
        const time = stop()
        if (result.graph?.nodes.length !== size + 3 || result.diagnostics.length > 0)
          throw new Error(`the model of ${size} layers was not evaluated: ${result.diagnostics[0]?.message ?? 'no graph'}`)
        if (edit >= 3) times.get(size)!.push(time)
        last.set(size, result)
        // The next sandbox is made between two keystrokes.
        await new Promise(next => setTimeout(next, 30))
      }
    }
  } finally {
    host.dispose()
    rmSync(root, { recursive: true, force: true })
  }
  for (const [size, all] of times) print({ case: `keystroke ${size}`, layers: size, ...spread(all, `keystroke ${size}`) })
  return last
}

/** What the extension host does with the worker's message before anything of ours runs: it is read while the thread waits. */
function receive(result: EvaluationResult): void {
  const message = serialize({ type: 'result', id: 1, result })
  const times = Array.from({ length: 40 }, () => {
    const stop = stopwatch()
    deserialize(message)
    return stop()
  }).slice(5)
  print({ case: 'receive 500', bytes: message.byteLength, ...spread(times, 'receive 500') })
}

const width = (text: string, bold: boolean) => text.length * (bold ? 8 : 7)

async function layouts(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'mtl-bench-'))
  const host = new LanguageHost({ dist, deadline: 10_000, watchdog: 30_000 })
  const elk = new ELK()
  try {
    for (const size of [30, 100, 300, 1000]) {
      const { graph } = await host.evaluate({ file: 'b.mtl.ts', root, overlay: { 'b.mtl.ts': branchedModel(size) }, profiles: {} })
      if (!graph) throw new Error(`no graph of ${size} nodes`)
      const input = () => {
        const scene = makeScene(graph)
        return elkGraph(scene, measureBoxes(scene, width))
      }
      const times: Sample[] = []
      for (let i = 0; i < (size < 1000 ? 6 : 4); i++) {
        const given = input()
        const stop = stopwatch()
        await elk.layout(given)
        times.push(stop())
      }
      print({
        case: `layout ${size}`,
        nodes: graph.nodes.length,
        groups: makeScene(graph).groups.length,
        ...spread(times.slice(1), `layout ${size}`),
      })
      const cold: Sample[] = []
      for (let i = 0; i < 3; i++) cold.push(await coldLayout(input()))
      print({ case: `cold layout ${size}`, ...spread(cold, `cold layout ${size}`) })
    }
  } finally {
    host.dispose()
    rmSync(root, { recursive: true, force: true })
  }
}

/** The first layout of a new worker, whose code no compiler has made fast yet: what the first drawing of a panel waits for. */
function coldLayout(graph: ElkNode): Promise<Sample> {
  const script = `const { parentPort, workerData } = require('node:worker_threads')
    const ELK = require(${JSON.stringify(require.resolve('elkjs/lib/main'))})
    const elk = new ELK()
    const started = performance.now(), used = process.cpuUsage()
    elk.layout(workerData).then(() => {
      const { user, system } = process.cpuUsage(used)
      parentPort.postMessage({ clock: performance.now() - started, processor: (user + system) / 1000 })
    })`
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { eval: true, workerData: graph, execArgv: [] })
    worker.once('message', (sample: Sample) => {
      void worker.terminate()
      resolve(sample)
    })
    worker.once('error', reject)
  })
}

/** A trunk with skip connections and eight heads. */
function branchedModel(nodes: number): string {
  const blocks = Math.floor((nodes * 0.6) / 3)
  const perHead = Math.max(1, Math.floor((nodes - 1 - 3 * blocks) / 8) - 1)
  return `import { classification, concat, dense, input, model } from 'mtl'
let h = input('x', [64])
for (let i = 0; i < ${blocks}; i++) { const a = dense(64)(h); h = dense(64)(concat(a, h)) }
const head = () => { let t = h; for (let i = 0; i < ${perHead}; i++) t = dense(16)(t); return t }
export default model({ tasks: { ${Array.from({ length: 8 }, (_, i) => `t${i}: classification(2, head())`).join(', ')} } })
`
}

/** Of what is loaded, and of the package, which is made for it. */
function sizes(): void {
  for (const name of readdirSync(dist).filter(file => /\.(js|wasm|css)$/.test(file))) {
    const content = readFileSync(join(dist, name))
    const target = targets[name]
    const kb = rounded(content.byteLength / 1024)
    print({
      case: 'size',
      file: name,
      kb,
      gzip_kb: rounded(gzipSync(content).byteLength / 1024),
      ...(target === undefined ? {} : { target_kb: target, ok: kb <= target }),
    })
  }
  const folder = mkdtempSync(join(tmpdir(), 'mtl-bench-'))
  try {
    const { status } = spawnSync(process.execPath, ['build/package.mjs', '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] })
    if (status !== 0) throw new Error('the package could not be made')
    const [name] = readdirSync(folder)
    const kb = rounded(statSync(join(folder, name!)).size / 1024)
    print({ case: 'size', file: name!, kb, target_kb: targets.vsix!, ok: kb <= targets.vsix! })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In a real extension host, which takes a minute to be there. */
function activation(): void {
  const { stdout, status } = spawnSync(process.execPath, ['test/bench/activation.mjs'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error('activation could not be measured')
  print(JSON.parse(stdout) as Line)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, edits: { type: 'string', default: '40' }, activation: { type: 'boolean' } },
  })
  json = values.json ?? false
  const edits = Number(values.edits)
  if (!(Number.isInteger(edits) && edits > 0)) throw new Error('--edits is a whole number above 0')
  const last = await keystrokes(edits)
  receive(last.get(500)!)
  await layouts()
  sizes()
  if (values.activation) activation()
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
