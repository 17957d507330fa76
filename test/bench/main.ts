import { parseArgs } from 'node:util'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import type { Engine } from '../../src/engine/engine'
import { physicalCores } from '../../src/engine/threads'
import { costs } from './costs'
import { median, rounded, verdict, type Target } from './figures'
import { memory, reportMemory } from './memory'
import { profile } from './profile'
import { measureSampling } from './sampling'
import { learningRate, stepper } from './stepper'
import { TorchPeer } from './torchPeer'
import { makeBatch, watched, workloads, type Workload } from './workloads'

/** Steps whose losses both sides must agree on before anything is timed. */
const comparedSteps = 5
const tolerance = 1e-3
const rounds = 6
/** Samples are far between, so that a side of the comparison with them takes so many times as long as others. */
const samplingFactor = 10

interface Result {
  readonly workload: string
  readonly batch: number
  readonly mode: string
  readonly ms_median: number
  readonly ms_min: number
  readonly threads: number
  /** Our median over PyTorch's, the median over alternating rounds. */
  readonly ratio?: number
}

/** What is measured: steps against PyTorch's, methods against what they can't do without, peak memory, the watch for conflict. */
const parts = ['steps', 'costs', 'memory', 'sampling'] as const
type Part = (typeof parts)[number]

/** For the processes that measure memory. */
export { reportMemory }

interface Files {
  /** PyTorch's side. */
  readonly peer: string
  /** This benchmark, bundled. */
  readonly bundle: string
}

/** @returns the exit code */
export async function main(args: string[], files: Files): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      workloads: { type: 'string' },
      seconds: { type: 'string', default: '3' },
      threads: { type: 'string' },
      profile: { type: 'boolean' },
    },
  })
  const wanted = values.workloads?.split(',') ?? workloads.map(w => w.name)
  const chosen = positionals.length > 0 ? positionals : values.workloads === undefined ? parts : ['steps']
  const unknown = wanted.find(name => !workloads.some(w => w.name === name))
  const unknownPart = chosen.find(name => !parts.includes(name as Part))
  const seconds = Number(values.seconds)
  const wrong =
    unknown !== undefined
      ? `no workload '${unknown}'; there are ${workloads.map(w => w.name).join(', ')}`
      : unknownPart !== undefined
        ? `no part '${unknownPart}' of the benchmark; there are ${parts.join(', ')}`
        : seconds > 0
          ? undefined
          : `--seconds ${values.seconds} is not a time`
  if (wrong !== undefined) {
    console.error(wrong)
    return 2
  }
  if (values.profile) return profileAll(wanted, Number(values.threads ?? physicalCores()))
  const engine = await openOnnxEngine(values.threads ? { threads: Number(values.threads) } : {})
  const json = values.json === true
  if (chosen.includes('steps')) await steps(engine, files.peer, wanted, seconds, json)
  if (chosen.includes('costs')) {
    const show = printer(json, 'method', '', 'median ms')
    for await (const cost of costs(
      engine,
      workloads.find(({ name }) => name === 'W3')!,
      seconds,
    ))
      show(cost, cost.cost, baselines[cost.against], cost.ms_median)
  }
  if (chosen.includes('memory')) {
    const show = printer(json, 'memory', '', 'peak MiB')
    for await (const result of memory(files.bundle))
      show(result, result.memory, result.passes === null ? '' : `in ${result.passes} pass${result.passes > 1 ? 'es' : ''}`, result.peak_mib)
  }
  if (chosen.includes('sampling')) await sampling(engine, samplingFactor * seconds, json)
  return 0
}

const baselines = { equal: 'to equal weighting', passes: 'to the backward passes of all tasks' } as const

/** Prints ratios with their targets. */
function printer(json: boolean, ...titles: readonly [string, string, string]) {
  const line = (name: string, of: string, value: string, ratio: string, verdict: string) =>
    console.log(`${name.padEnd(24)}${of.padEnd(38)}${value.padStart(10)}${ratio.padStart(8)}  ${verdict}`)
  if (!json) line(...titles, 'ratio', 'target')
  return (result: Target, name: string, of: string, value: number) =>
    json ? console.log(JSON.stringify(result)) : line(name, of, String(value), String(result.ratio), verdict(result))
}

async function steps(engine: Engine, peerScript: string, wanted: readonly string[], seconds: number, json: boolean): Promise<void> {
  const peer = await TorchPeer.start(peerScript)
  if (!peer) console.error('no PyTorch (python3-torch): no ratio')
  else if (peer.blas === 'reference')
    console.error('PyTorch has the reference BLAS only: install libopenblas0 for ratios that mean something')
  const line = (
    workload: string,
    batch: string | number,
    mode: string,
    median: string | number,
    least: string | number,
    ratio: string | number,
  ) =>
    `${workload.padEnd(10)}${String(batch).padStart(6)}  ${mode.padEnd(8)}${String(median).padStart(10)}${String(least).padStart(10)}${String(ratio).padStart(8)}`
  if (!json) console.log(line('workload', 'batch', 'mode', 'median ms', 'min ms', 'ratio'))
  try {
    for (const workload of workloads.filter(w => wanted.includes(w.name)))
      for (const batch of workload.batches)
        for (const mode of ['ew', 'pcgrad'] as const) {
          const result = await measure(engine, peer, workload, batch, mode, seconds)
          const { ms_median, ms_min, ratio = '' } = result
          console.log(json ? JSON.stringify(result) : line(workload.name, batch, mode, ms_median, ms_min, ratio))
        }
  } finally {
    peer?.stop()
  }
}

/** What it costs to watch for conflict. */
async function sampling(engine: Engine, seconds: number, json: boolean): Promise<void> {
  if (!json) console.log('\ntime of training with task gradients sampled, over that without')
  for (const workload of watched) {
    for (const batch of workload.batches) {
      const result = await measureSampling(engine, workload, batch, seconds)
      if (json) console.log(JSON.stringify(result))
      else
        console.log(
          `${workload.name.padEnd(10)}${String(batch).padStart(6)}  ${`${result.ms_off} → ${result.ms_on} ms`.padEnd(24)}${String(result.samples).padStart(6)} samples  ratio ${result.ratio} (target: at most ${result.target})`,
        )
    }
  }
}

/** One line of JSON per case: where the time of a step goes. */
async function profileAll(wanted: readonly string[], threads: number): Promise<number> {
  for (const workload of workloads.filter(w => wanted.includes(w.name)))
    for (const batch of workload.batches)
      for (const mode of ['ew', 'pcgrad'] as const) console.log(JSON.stringify(await profile(workload, batch, mode, threads, stepper)))
  return 0
}

async function measure(
  engine: Engine,
  peer: TorchPeer | null,
  workload: Workload,
  rows: number,
  mode: 'ew' | 'pcgrad',
  seconds: number,
): Promise<Result> {
  const { graph } = workload
  const model = await engine.compile({
    graph,
    batchSize: rows,
    evaluationBatchSize: rows,
    optimizer: graph.training.optimizer,
    perTaskGradients: mode === 'pcgrad',
    seed: 1,
  })
  const batch = makeBatch(graph, rows)
  const learnt = new Set(model.parameters.filter(({ statistic }) => !statistic).map(({ name }) => name))
  const parameters = new Map([...model.readParameters()].filter(([name]) => learnt.has(name)))
  const step = stepper(model, batch, graph.tasks.length)
  const losses = Array.from({ length: comparedSteps }, () => [...step()])
  if (peer) {
    const theirs = await peer.load(
      { workload: workload.name, mode, threads: engine.threads, learningRate, parameters, batch },
      comparedSteps,
    )
    losses.forEach((ours, k) =>
      ours.forEach((loss, t) => {
        if (!(Math.abs(loss - theirs[k]![t]!) <= tolerance * Math.abs(theirs[k]![t]!)))
          throw new Error(`${workload.name} ${mode}: losses differ at step ${k}: ours ${ours.join()}, PyTorch's ${theirs[k]!.join()}`)
      }),
    )
  }
  const [ours, ratios]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const mine = time(step, seconds / rounds, 3)
    ours.push(...mine)
    if (peer) ratios.push(median(mine) / median(await peer.measure(seconds / rounds, 3)))
  }
  model.dispose()
  const result = {
    workload: workload.name,
    batch: rows,
    mode,
    ms_median: rounded(median(ours), 3),
    ms_min: rounded(Math.min(...ours), 3),
    threads: engine.threads,
  }
  return peer ? { ...result, ratio: rounded(median(ratios), 3) } : result
}

function time(step: () => void, seconds: number, minimum: number): number[] {
  step()
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  while (times.length < minimum || performance.now() < end) {
    const start = performance.now()
    step()
    times.push(performance.now() - start)
  }
  return times
}
