import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Batch } from '../../src/ir/batch'
import type { CompiledModel, ImageLayout } from '../../src/engine/engine'
import { probeBlockedLayout } from '../../src/engine/onnx/blockedLayout'
import { OnnxModel } from '../../src/engine/onnx/onnxModel'
import { loadRuntime, type Runtime } from '../../src/engine/onnx/runtime'
import { makeBatch, type Workload } from './workloads'

export interface Profile {
  readonly profile: string
  readonly batch: number
  readonly mode: string
  readonly image_layout: ImageLayout | null
  /** Milliseconds of a step, by this thread's clock, while the runtime keeps its log. */
  readonly step_ms: number
  /** Of these, in the runtime's operators, by the primitive that they were written for. */
  readonly operators_ms: Readonly<Record<string, number>>
  /** And in the kernels that combine gradients and move the weights, between them, and waiting for other threads' rows. */
  readonly outside_ms: number
}

interface Event {
  readonly cat: string
  readonly name: string
  readonly dur: number
}

interface NativeSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: object): void
  run(feeds: object, fetches: object, options: object): unknown
  endProfiling(): void
  dispose(): void
}

const steps = 20

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!

/** Runs steps with the runtime's profiler on. Models that are divided among threads are seen from this one. */
export async function profile(
  { name, graph }: Workload,
  rows: number,
  mode: 'ew' | 'pcgrad',
  threads: number,
  stepper: (model: CompiledModel, batch: Batch, T: number) => () => unknown,
): Promise<Profile> {
  const runtime = await loadRuntime()
  const block = probeBlockedLayout(runtime)
  const folder = mkdtempSync(join(tmpdir(), 'mtl-profile-'))
  try {
    const request = {
      graph,
      batchSize: rows,
      evaluationBatchSize: rows,
      optimizer: graph.training.optimizer,
      perTaskGradients: mode === 'pcgrad',
      seed: 1,
    }
    // The choice is made without the profiler, which costs more where operators are many.
    const chosen = await OnnxModel.compile({ runtime, threads, block }, request)
    const imageLayout = chosen.imageLayout ?? null
    chosen.dispose()
    const recorded = await recording(runtime, join(folder, 'profile'))
    const model = await OnnxModel.compile(
      { runtime: recorded.runtime, threads, block },
      { ...request, ...(imageLayout && { imageLayout }) },
    )
    const step = stepper(model, makeBatch(graph, rows), graph.tasks.length)
    step()
    recorded.inside()
    const times = Array.from({ length: steps }, () => {
      const began = performance.now()
      step()
      return [performance.now() - began, recorded.inside()] as const
    })
    recorded.end()
    const outside = times.map(([time, inside]) => time - inside)
    model.dispose()
    const [file] = readdirSync(folder)
    const events = JSON.parse(readFileSync(join(folder, file!), 'utf8')) as Event[]
    // Of a batch in parts there are several runs to a step, and the first step is in the log as well.
    const durations = new Map<string, number[]>()
    for (const { cat, name, dur } of events)
      if (cat === 'Node' && name.endsWith('_kernel_time')) durations.set(name, [...(durations.get(name) ?? []), dur / 1000])
    const operators = new Map<string, number>()
    for (const [name, times] of durations) {
      const [origin] = name.replace(/^fused /, '').split('/')
      const key = origin === name ? 'other' : origin!
      operators.set(key, (operators.get(key) ?? 0) + (median(times) * times.length) / (steps + 1))
    }
    const rounded = (ms: number) => Number(ms.toFixed(3))
    const sorted = [...operators].sort(([, a], [, b]) => b - a).map(([key, ms]): [string, number] => [key, rounded(ms)])
    const shown = {
      step_ms: rounded(median(times.map(([time]) => time))),
      operators_ms: Object.fromEntries(sorted),
      outside_ms: rounded(median(outside)),
    }
    return { profile: name, batch: rows, mode, image_layout: imageLayout, ...shown }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The runtime with its profiler on, for the one session that is opened. */
async function recording(runtime: Runtime, file: string) {
  const { binding } = await import('onnxruntime-node/dist/binding.js')
  const session: NativeSession = new binding.InferenceSession()
  let [inside, opened] = [0, false]
  const profiled: Runtime = {
    ...runtime,
    session(model, threads) {
      if (opened) throw new Error('a second session')
      opened = true
      session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        enableProfiling: true,
        profileFilePrefix: file,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      })
      return {
        run(inputs, outputs) {
          const began = performance.now()
          session.run(inputs, outputs, {})
          inside += performance.now() - began
        },
        dispose: () => session.dispose(),
      }
    },
  }
  return {
    runtime: profiled,
    /** Milliseconds in the runtime since it was last asked. */
    inside() {
      const spent = inside
      inside = 0
      return spent
    },
    end: () => session.endProfiling(),
  }
}
