import { parseArgs } from 'node:util'
import { openOnnxEngine } from '../../src/engine/onnx/onnxEngine'
import type { CompiledModel, Engine } from '../../src/engine/engine'
import { physicalCores } from '../../src/engine/threads'
import { pcGradWeights } from '../../src/methods/aggregation/pcGrad'
import { profile } from './profile'
import { measureSampling } from './sampling'
import { TorchPeer } from './torchPeer'
import { makeBatch, watched, workloads, type Workload } from './workloads'

const learningRate = 1e-3
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

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!
const rounded = (value: number, digits: number) => Number(value.toFixed(digits))

/** @returns the exit code */
export async function main(args: string[], peerScript: string): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      workloads: { type: 'string' },
      seconds: { type: 'string', default: '3' },
      threads: { type: 'string' },
      profile: { type: 'boolean' },
      sampling: { type: 'boolean' },
    },
  })
  const wanted = values.workloads?.split(',') ?? workloads.map(w => w.name)
  const unknown = wanted.find(name => !workloads.some(w => w.name === name))
  const seconds = Number(values.seconds)
  if (unknown !== undefined || !(seconds > 0)) {
    console.error(
      unknown !== undefined
        ? `no workload '${unknown}'; there are ${workloads.map(w => w.name).join(', ')}`
        : `--seconds ${values.seconds} is not a time`,
    )
    return 2
  }
  if (values.profile) return profileAll(wanted, Number(values.threads ?? physicalCores()))
  const engine = await openOnnxEngine(values.threads ? { threads: Number(values.threads) } : {})
  const cost = () => sampling(engine, samplingFactor * seconds, values.json === true)
  if (values.sampling) return cost()
  const peer = await TorchPeer.start(peerScript)
  if (!peer) console.error('no PyTorch (python3-torch): no ratio')
  else if (peer.blas === 'reference')
    console.error('PyTorch has the reference BLAS only: install libopenblas0 for ratios that mean something')
  if (!values.json)
    console.log(
      `${'workload'.padEnd(10)}${'batch'.padStart(6)}  ${'mode'.padEnd(8)}${'median ms'.padStart(10)}${'min ms'.padStart(10)}${'ratio'.padStart(8)}`,
    )
  try {
    for (const workload of workloads.filter(w => wanted.includes(w.name))) {
      for (const batch of workload.batches) {
        for (const mode of ['ew', 'pcgrad'] as const) {
          const result = await measure(engine, peer, workload, batch, mode, seconds)
          if (values.json) console.log(JSON.stringify(result))
          else
            console.log(
              `${result.workload.padEnd(10)}${String(batch).padStart(6)}  ${mode.padEnd(8)}${String(result.ms_median).padStart(10)}${String(result.ms_min).padStart(10)}${String(result.ratio ?? '').padStart(8)}`,
            )
        }
      }
    }
  } finally {
    peer?.stop()
  }
  return values.json || values.workloads !== undefined ? 0 : cost()
}

/** What it costs to watch for conflict. */
async function sampling(engine: Engine, seconds: number, json: boolean): Promise<number> {
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
  return 0
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

/** One step as the trainer makes it. PCGrad projects in task order, as the other side does. */
function stepper(model: CompiledModel, batch: ReturnType<typeof makeBatch>, T: number): () => Float64Array {
  const tasks = Array.from({ length: T }, (_, i) => i)
  const equal = { shared: new Float64Array(T).fill(1) }
  return () =>
    model.step(batch, learningRate, ({ gram }) => {
      if (!gram) return equal
      const total = new Float64Array(T * T)
      gram.blocks.forEach((value, k) => (total[k % (T * T)]! += value))
      return { shared: pcGradWeights(total, T, tasks, others => others) }
    }).losses
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
