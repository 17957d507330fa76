import { workerData } from 'node:worker_threads'
import { parametersOf } from '../parameters'
import { Arena, padded } from './arena'
import { layOut } from './layout'
import { RowSession, rowProgram } from './rowSession'
import { RunQueue } from './runQueue'
import { loadRuntime } from './runtime'
import type { ShardTask } from './shards'

// A thread that takes runs of each pass, with a session and an arena of its own.

const text = (error: unknown) => (error instanceof Error ? error.message : String(error))

async function main(task: ShardTask): Promise<void> {
  const { graph, kind, rows, block, imageLayout, starts, batch, weights, regions, queue: memory, messages } = task
  const layout = layOut(parametersOf(graph))
  const program = rowProgram(graph, layout, rows, kind)
  const arena = new Arena(RowSession.floats(program) + padded(layout.total))
  const runtime = await loadRuntime()
  const own = arena.reserve(layout.total)
  const tensors = new Map(layout.places.map(p => [p.name, runtime.tensor(arena.floats(own + p.start * 4, p.size), p.shape)]))
  const session = new RowSession({ runtime, threads: 1, block, imageLayout }, program, arena, {
    tensors,
    values: arena.floats(own, layout.total),
  })
  const gradients = arena.floats(session.region, regions[0]!.length)
  const queue = new RunQueue(starts.length, memory)
  messages.postMessage(null)

  for (let seen = 0, loaded = 0; ;) {
    seen = queue.waitForPass(seen)
    for (let next = queue.take(); next; next = queue.take()) {
      try {
        if (next.pass !== loaded) arena.floats(own, layout.total).set(weights)
        loaded = next.pass
        session.runPart(batch, starts[next.run]!, queue.dropout)
        regions[next.run]!.set(gradients)
      } catch (error) {
        messages.postMessage(text(error))
      }
      queue.done()
    }
  }
}

const task = workerData as ShardTask
main(task).catch((error: unknown) => task.messages.postMessage(text(error)))
