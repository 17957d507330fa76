import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import type { ModelGraph } from '../../ir/graph'
import { EngineError, type ImageLayout } from '../engine'
import type { BatchArrays } from '../batchArrays'
import { builtFile } from '../distribution'
import type { GradientKind } from './rowSession'

/** What a compute thread is given once; arrays are in shared memory. */
export interface ShardTask {
  readonly graph: ModelGraph
  readonly kind: GradientKind
  readonly block: number
  readonly imageLayout: ImageLayout
  /** Rows per run, and the first row of each. */
  readonly rows: number
  readonly starts: readonly number[]
  readonly batch: BatchArrays
  /** All weights by place. */
  readonly weights: Float32Array
  /** Where the gradients of each run go. */
  readonly regions: readonly Float32Array[]
  /** Memory of the RunQueue. */
  readonly queue: SharedArrayBuffer
  /** Null once it is ready; then a text for each run that failed. */
  readonly messages: MessagePort
}

/** Threads that take runs beside this one, a session each. */
export class Shards {
  private constructor(private readonly threads: readonly { readonly worker: Worker; readonly messages: MessagePort }[]) {}

  /** @throws EngineError where a thread can't start */
  static async start(count: number, task: Omit<ShardTask, 'messages'>): Promise<Shards> {
    const file = builtFile('shard.js')
    const threads = Array.from({ length: count }, () => {
      const { port1, port2 } = new MessageChannel()
      const worker = new Worker(file, { workerData: { ...task, messages: port2 } satisfies ShardTask, transferList: [port2] })
      return { worker, messages: port1 }
    })
    const shards = new Shards(threads)
    try {
      await Promise.all(threads.map(ready))
    } catch (error) {
      shards.dispose()
      throw error
    }
    for (const { worker, messages } of threads) {
      // A waiting thread must not keep the process alive.
      worker.unref()
      messages.unref()
    }
    return shards
  }

  /** @throws EngineError where a run has failed */
  check(): void {
    for (const { messages } of this.threads) {
      const received = receiveMessageOnPort(messages)
      if (received) throw new EngineError(String(received.message))
    }
  }

  dispose(): void {
    for (const { worker, messages } of this.threads) {
      messages.close()
      void worker.terminate()
    }
  }
}

function ready({ worker, messages }: { worker: Worker; messages: MessagePort }): Promise<void> {
  return new Promise((resolve, reject) => {
    messages.once('message', (failure: string | null) => (failure === null ? resolve() : reject(new EngineError(failure))))
    worker.once('error', error =>
      reject(new EngineError(`a compute thread failed: ${error instanceof Error ? error.message : String(error)}`)),
    )
  })
}
