import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { once } from 'node:events'
import { Random } from '../../src/base/random'
import { EncodedSplit } from '../../src/data/batches'
import { writeColumn } from '../../src/data/chunked'
import { encodeInputs } from '../../src/data/encode'
import type { RowWriter } from '../../src/data/rows'
import { Scratch } from '../../src/data/scratch'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import { physicalCores } from '../../src/engine/threads'
import type { ModelGraph } from '../../src/ir/graph'
import type { Batch } from '../../src/ir/batch'
import { BatchThread } from '../../src/training/batchThread'
import { page, recorded, resultsFile, withFigures, type DataResults } from './dataFigures'
import { workloads } from './workloads'

/**
 * `npm run bench:data [-- --rows 5000000] [--record]`: which share of its time the tiny MLP waits for its batches, and how much memory
 * the trainer takes for a table that does not fit into it (0 rows: as it was recorded). `--record` writes dataResults.json and the
 * figures of docs/data.md.
 */
async function main(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--rows')
  const rows = at < 0 ? 5_000_000 : Number(args[at + 1])
  const before = loadavg()[0]!
  const shares = await inputShares()
  const load = [before, loadavg()[0]!] as const
  const table = rows > 0 ? await trainLarge(rows) : recorded().table
  if (!args.includes('--record')) return
  const machine = { cpu: cpus()[0]!.model.trim(), cores: cpus().length, node: process.versions.node }
  const results: DataResults = { ...machine, load, shares, table }
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(page, withFigures(results))
}

/**
 * The tiny MLP (W2: 100 features, three tasks) on a million rows in a new order, in memory and in a file. `waiting` is the share of the
 * time in which the steps have no batch; `slowdown` what their time grows by against steps on one and the same batch, measured in turns:
 * it counts the processor that the making of batches takes from them too.
 */
async function inputShares(): Promise<DataResults['shares']> {
  const results: DataResults['shares'][number][] = []
  const { graph } = workloads.find(({ name }) => name === 'W2')!
  const rows = 1_000_000
  const random = Random.seeded(1)
  const targets = Object.fromEntries(graph.tasks.map(task => [task.name, Float32Array.from({ length: rows }, () => random.below(10))]))
  const input = graph.nodes.find(node => node.inputs.length === 0)!.name
  const order = Int32Array.from({ length: rows }, (_, row) => row)
  const write = (order: Int32Array, writer: RowWriter) =>
    Promise.resolve(
      writeColumn(order, writer, 0, 100, rows => Float32Array.from({ length: rows.length * 100 }, () => random.uniform() - 0.5)),
    )
  const all = physicalCores()
  for (const [place, memory] of [
    ['memory', 2 ** 30],
    ['file', 2 ** 20],
  ] as const) {
    const scratch = new Scratch(memory)
    const encoded = await encodeInputs([{ name: input, state: null, size: 100, element: 4, write }], order, scratch)
    const split = new EncodedSplit({ ...encoded, targets }, 0, rows)
    for (const threads of all > 1 ? [all, all - 1] : [1])
      for (const batchSize of [32, 1000]) {
        const result = { rows: place, batch: batchSize, threads, ...(await inputShare(split, graph, batchSize, threads)) }
        results.push(result)
        console.log(JSON.stringify({ bench: 'input share', workload: 'W2', ...result }))
      }
    scratch.close()
  }
  return results
}

/** Steps with one batch and with fresh ones take turns; of each turn the first moment, in which batches made meanwhile are used up, does not count. */
async function inputShare(split: EncodedSplit, graph: ModelGraph, batchSize: number, threads: number) {
  const engine = await openOnnxEngine({ threads })
  const { optimizer } = graph.training
  const model = await engine.compile({ graph, batchSize, evaluationBatchSize: batchSize, optimizer, perTaskGradients: false, seed: 1 })
  const task = { graph: { ...graph, training: { ...graph.training, batchSize } }, seed: 1, from: { order: null, step: 0 } }
  const batches = await BatchThread.start(split, task)
  let waited = 0
  const fresh = async () => {
    for (;;) {
      // A batch that is there is taken in no time, unless the system gives the processor to others meanwhile: that is no waiting for it.
      const [ready, start] = [batches.ready, performance.now()]
      const batch = await batches.next()
      if (batch === null) await batches.beginEpoch()
      if (!ready) waited += performance.now() - start
      if (batch !== null) return batch
    }
  }
  const same = split.batch(
    Array.from({ length: batchSize }, (_, row) => row),
    batchSize,
  )
  const weights = { shared: new Float64Array(graph.tasks.length).fill(1) }
  /** @returns milliseconds per step, and the share of them without a batch */
  const measure = async (next: () => Promise<Batch>, milliseconds: number) => {
    let steps = 0
    waited = 0
    const began = performance.now()
    for (; performance.now() - began < milliseconds; steps++) model.step(await next(), 1e-3, () => weights)
    const spent = performance.now() - began
    return { step: spent / steps, waiting: waited / spent }
  }
  const turns: { waiting: number; slowdown: number }[] = []
  for (let turn = 0; turn < 9; turn++) {
    await measure(() => Promise.resolve(same), 100)
    const once = await measure(() => Promise.resolve(same), 300)
    await measure(fresh, 100)
    const { step, waiting } = await measure(fresh, 300)
    turns.push({ waiting, slowdown: step / once.step - 1 })
  }
  await batches.close()
  model.dispose()
  const median = (name: 'waiting' | 'slowdown') => {
    const sorted = turns.map(turn => turn[name]).sort((a, b) => a - b)
    return Number(sorted[sorted.length >> 1]!.toFixed(4))
  }
  return { waiting: median('waiting'), slowdown: median('slowdown') }
}

async function trainLarge(rows: number): Promise<DataResults['table']> {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-bench-data-'))
  try {
    await writeTable(join(folder, 'big.csv'), rows)
    const names = Array.from({ length: 17 }, (_, i) => `'x${i}'`).join(', ')
    writeFileSync(
      join(folder, 'big.mtl.ts'),
      `import { binary, classification, csv, dense, model, regression } from 'mtl'
const big = csv('big.csv')
const trunk = big.features({ numeric: [${names}] }).pipe(dense(64, { activation: 'relu' }), dense(32, { activation: 'relu' }))
export default model({
  tasks: { k: classification(big.label('k'), trunk), z: binary(big.label('z'), trunk), y: regression(big.label('y'), trunk) },
  training: { epochs: 1, batchSize: 1000 },
})
`,
    )
    // Every Node process of the run writes down the most memory that it has held.
    const log = join(folder, 'peaks')
    const hook = join(folder, 'peak.cjs')
    writeFileSync(
      hook,
      `process.on('exit', () => require('fs').appendFileSync(${JSON.stringify(log)}, require('path').basename(process.argv[1] ?? '') + ' ' + process.resourceUsage().maxRSS + '\\n'))`,
    )
    const began = performance.now()
    const { status, stderr } = spawnSync(
      process.execPath,
      [resolve('dist/cli.js'), 'train', 'big.mtl.ts', '--json', '--runs', join(folder, 'runs')],
      {
        cwd: folder,
        env: { ...process.env, NODE_OPTIONS: `--require ${hook}` },
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
      },
    )
    if (status !== 0) throw new Error(stderr)
    // The trainer is a process of its own, which may end a moment later.
    let peak: string | undefined
    for (let tries = 0; peak === undefined && tries < 100; tries++) {
      await new Promise(resolve => setTimeout(resolve, 100))
      peak = /^trainer\.js (\d+)/m.exec(readFileSync(log, 'utf8'))?.[1]
    }
    const result = {
      rows,
      columns: 20,
      seconds: Math.round((performance.now() - began) / 1000),
      trainer_peak_mib: Math.round(Number(peak) / 1024),
    }
    console.log(JSON.stringify({ bench: 'large table', ...result }))
    return result
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** 17 numbers, three classes, a yes or no and a sum. */
async function writeTable(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file)
  const random = Random.seeded(2)
  out.write(`${Array.from({ length: 17 }, (_, i) => `x${i}`).join()},k,z,y\n`)
  for (let row = 0; row < rows;) {
    const lines: string[] = []
    for (const end = Math.min(rows, row + 10_000); row < end; row++) {
      const x = Array.from({ length: 17 }, () => (random.uint32() % 200_000) / 1e4 - 10)
      lines.push(
        `${x.map(value => value.toFixed(4)).join()},${'abc'[(x[0]! > 0 ? 1 : 0) + (x[1]! > 0 ? 1 : 0)]},${x[2]! > x[3]! ? 1 : 0},${(2 * x[0]! + x[1]!).toFixed(4)}`,
      )
    }
    if (!out.write(lines.join('\n') + '\n')) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

void main(process.argv.slice(2))
