import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { once } from 'node:events'
import { Random } from '../../src/base/random'
import { EncodedSplit } from '../../src/data/batches'
import { writeColumn } from '../../src/data/chunked'
import { encodeInputs } from '../../src/data/encode'
import type { RowWriter } from '../../src/data/rows'
import { Scratch } from '../../src/data/scratch'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import type { Batch } from '../../src/ir/batch'
import { BatchThread } from '../../src/training/batchThread'
import { workloads } from './workloads'

/**
 * `npm run bench:data [-- --rows 5000000] [--keep]`: how much memory the trainer takes for a table that does not fit into it, and
 * which share of its time the tiny MLP waits for its batches.
 */
async function main(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--rows')
  const rows = at < 0 ? 5_000_000 : Number(args[at + 1])
  await inputShare()
  if (rows > 0) await trainLarge(rows)
}

/**
 * The tiny MLP (W2: 100 features, three tasks) on a million rows in a new order, in memory and in a file. `waiting` is the share of the
 * time in which the steps have no batch; `slowdown` what their time grows by against steps on one and the same batch, measured in turns:
 * it counts the processor that the making of batches takes from them too.
 */
async function inputShare(): Promise<void> {
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
  const engine = await openOnnxEngine({})
  for (const [place, memory] of [
    ['memory', 2 ** 30],
    ['file', 2 ** 20],
  ] as const) {
    const scratch = new Scratch(memory)
    const encoded = await encodeInputs([{ name: input, state: null, size: 100, element: 4, write }], order, scratch)
    const split = new EncodedSplit({ ...encoded, targets }, 0, rows)
    for (const batchSize of [32, 1000]) {
      const model = await engine.compile({
        graph,
        batchSize,
        evaluationBatchSize: batchSize,
        optimizer: graph.training.optimizer,
        perTaskGradients: false,
        seed: 1,
      })
      const task = { graph: { ...graph, training: { ...graph.training, batchSize } }, seed: 1, from: { order: null, step: 0 } }
      const batches = await BatchThread.start(split, task)
      const same = split.batch(order.subarray(0, batchSize), batchSize)
      const weights = { shared: new Float64Array(3).fill(1) }
      let [waiting, steps] = [0, 0]
      const rates = { same: [] as number[], fresh: [] as number[] }
      for (let turn = 0; turn < 13; turn++) {
        for (const kind of ['same', 'fresh'] as const) {
          let count = 0
          let waited = 0
          const began = performance.now()
          for (; performance.now() - began < 500; count++) {
            const start = performance.now()
            let batch: Batch | null = kind === 'same' ? same : await batches.next()
            if (batch === null) {
              await batches.beginEpoch()
              batch = (await batches.next())!
            }
            waited += performance.now() - start
            model.step(batch, 1e-3, () => weights)
          }
          if (turn === 0) continue // warms up
          rates[kind].push((performance.now() - began) / count)
          if (kind === 'fresh') [waiting, steps] = [waiting + waited, steps + count]
        }
      }
      const [fresh, once] = [rates.fresh, rates.same].map(times => times.sort((a, b) => a - b)[times.length >> 1]!) as [number, number]
      const share = waiting / (rates.fresh.length * 500)
      console.log(
        JSON.stringify({
          bench: 'input share',
          workload: 'W2',
          rows: `in ${place}`,
          batch: batchSize,
          steps,
          waiting: Number(share.toFixed(4)),
          slowdown: Number((fresh / once - 1).toFixed(4)),
        }),
      )
      await batches.close()
      model.dispose()
    }
    scratch.close()
  }
}

async function trainLarge(rows: number): Promise<void> {
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
    console.log(
      JSON.stringify({
        bench: 'large table',
        rows,
        columns: 20,
        seconds: Math.round((performance.now() - began) / 1000),
        trainer_peak_mib: Math.round(Number(peak) / 1024),
      }),
    )
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
