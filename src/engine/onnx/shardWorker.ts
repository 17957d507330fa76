import { workerData } from 'node:worker_threads'
import { parametersOf } from '../parameters'
import { Arena, padded } from './arena'
import { layOut } from './layout'
import { RowSession, rowProgram } from './rowSession'
import { loadRuntime } from './runtime'
import type { ShardTask } from './shards'

// A thread that computes its share of the rows of each batch, with a session and an arena of its own.

async function main(task: ShardTask): Promise<void> {
  const { batch, region, weights, signal, errors } = task
  const layout = layOut(parametersOf(task.graph))
  const program = rowProgram(task.graph, layout, task.rows, task.perTask)
  const arena = new Arena(RowSession.floats(program) + padded(layout.total))
  const runtime = await loadRuntime()
  const own = arena.reserve(layout.total)
  const parameters = new Map(layout.places.map(p => [p.name, runtime.tensor(arena.floats(own + p.start * 4, p.size), p.shape)]))
  const session = new RowSession({ runtime, threads: 1, block: task.block }, program, arena, parameters)
  const gradients = arena.floats(session.region, region.length)
  errors.postMessage(null)

  for (let done = 0; ;) {
    Atomics.wait(signal, 0, done)
    const call = Atomics.load(signal, 0)
    if (call === done) continue
    done = call
    try {
      arena.floats(own, layout.total).set(weights)
      task.starts.forEach((from, i) => {
        session.runPart(batch, from, { key: signal[2]!, step: signal[3]! })
        if (i === 0) region.set(gradients)
        else for (let k = 0; k < region.length; k++) region[k]! += gradients[k]!
      })
    } catch (error) {
      errors.postMessage(error instanceof Error ? error.message : String(error))
    }
    Atomics.store(signal, 1, call)
    Atomics.notify(signal, 1)
  }
}

const task = workerData as ShardTask
main(task).catch((error: unknown) => task.errors.postMessage(error instanceof Error ? error.message : String(error)))
