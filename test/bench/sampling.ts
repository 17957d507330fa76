import type { Engine } from '../../src/engine/engine'
import type { RunEvent } from '../../src/runs/events'
import { Stepping } from '../../src/training/stepping'
import { workloadOf } from '../../src/training/workload'
import { makeBatch, type Workload } from './workloads'

/** What watching for conflict may cost: part of the specification. */
const target = 1.05
/** Of the run of which a stretch is trained: long enough that the share of its time, not what short runs may spend, is the limit. */
const totalSteps = 1_000_000
/** Times the seconds of a side, for the first sample to come. */
const longest = 3
/** Of one side, before it is the other's turn. */
const turnSeconds = 0.25

export interface SamplingResult {
  readonly sampling: string
  readonly batch: number
  readonly ms_off: number
  readonly ms_on: number
  readonly samples: number
  readonly ratio: number
  readonly target: number
}

/**
 * The time of training steps with task gradients sampled, summaries and lines of the log included, over that without: two models,
 * trained in turns.
 * @param seconds of each side
 */
export async function measureSampling(engine: Engine, workload: Workload, rows: number, seconds: number): Promise<SamplingResult> {
  const sides = [await side(engine, workload, rows, false), await side(engine, workload, rows, true)] as const
  // Programs are built and caches filled before time is taken.
  for (const one of sides) await one.train(turnSeconds)
  const before = sides.map(one => one.told())
  const spent = () => sides.map((one, k) => one.told().seconds - before[k]!.seconds)
  // Large models are sampled seldom: without a sample there would be nothing to tell.
  const enough = () => spent().every(time => time >= (sides[1].told().samples > 0 ? 1 : longest) * seconds)
  while (!enough()) for (const one of sides) await one.train(turnSeconds)
  const [off, on] = sides.map((one, k) => (1000 * spent()[k]!) / (one.told().steps - before[k]!.steps)) as [number, number]
  for (const one of sides) one.dispose()
  const rounded = (value: number) => Number(value.toFixed(3))
  const { samples } = sides[1].told()
  return { sampling: workload.name, batch: rows, ms_off: rounded(off), ms_on: rounded(on), samples, ratio: rounded(on / off), target }
}

async function side(engine: Engine, { graph }: Workload, rows: number, conflict: boolean) {
  const model = await engine.compile({ ...workloadOf(graph), batchSize: rows, evaluationBatchSize: rows, seed: 1 })
  const batch = makeBatch(graph, rows)
  const log: string[] = []
  let [seconds, steps, samples] = [0, 0, 0]
  const write = (event: RunEvent) => {
    log.push(JSON.stringify(event))
    if (event.type === 'gram') samples++
  }
  const stepping = new Stepping(graph, model, write, { conflict, earlier: [], lookAhead: null }, 1, totalSteps, 1000, null)
  return {
    /** As the training loop does between two turns of the event loop, and after an epoch. */
    async train(turn: number): Promise<void> {
      const began = performance.now()
      const spent = () => (performance.now() - began) / 1000
      while (spent() < turn) {
        await stepping.train(batch, 1, seconds + spent())
        steps++
      }
      stepping.summariseConflict(seconds + spent())
      log.length = 0
      seconds += spent()
    },
    told: () => ({ seconds, steps, samples }),
    dispose: () => model.dispose(),
  }
}
