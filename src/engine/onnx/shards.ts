import { receiveMessageOnPort, MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { ModelGraph } from '../../ir/graph'
import { EngineError } from '../engine'
import type { BatchArrays } from './batchArrays'
import { builtFile } from './distribution'
import type { DropoutKey } from './rowSession'

/** What a shard's thread is given once; arrays are in shared memory. */
export interface ShardTask {
  readonly graph: ModelGraph
  readonly perTask: boolean
  readonly block: number
  readonly rows: number
  readonly starts: readonly number[]
  readonly batch: BatchArrays
  /** All weights by place. */
  readonly weights: Float32Array
  /** Where its gradients go. */
  readonly region: Float32Array
  /** [call, answer, dropout key, dropout step]: the thread sleeps until `call` changes and sets `answer` to it when done. */
  readonly signal: Int32Array
  readonly errors: MessagePort
}

/** Rows of each batch that are computed by threads of their own, one session each. */
export class Shards {
  private constructor(
    private readonly threads: readonly {
      readonly worker: Worker
      readonly signal: Int32Array
      readonly errors: MessagePort
      readonly region: Float32Array
    }[],
  ) {}

  /** @throws EngineError where a thread can't start */
  static async start(tasks: readonly Omit<ShardTask, 'signal' | 'errors'>[]): Promise<Shards> {
    const file = builtFile('shard.js')
    const threads = tasks.map(task => {
      const { port1, port2 } = new MessageChannel()
      const signal = new Int32Array(new SharedArrayBuffer(16))
      const worker = new Worker(file, { workerData: { ...task, signal, errors: port2 } satisfies ShardTask, transferList: [port2] })
      return { worker, signal, errors: port1, region: task.region }
    })
    await Promise.all(
      threads.map(
        ({ worker, errors }) =>
          new Promise<void>((resolve, reject) => {
            errors.once('message', (error: string | null) => (error === null ? resolve() : reject(new EngineError(error))))
            worker.once('error', error => reject(new EngineError(`a compute thread failed: ${error.message}`)))
          }),
      ),
    )
    for (const { worker, errors } of threads) {
      // A waiting thread must not keep the process alive.
      worker.unref()
      errors.unref()
    }
    return new Shards(threads)
  }

  /** Sets all threads to work on what stands in the shared arrays. */
  call({ key, step }: DropoutKey): void {
    for (const { signal } of this.threads) {
      signal[2] = key
      signal[3] = step
      Atomics.add(signal, 0, 1)
      Atomics.notify(signal, 0)
    }
  }

  /** Waits for all threads. @returns their gradients, in order */
  wait(): readonly Float32Array[] {
    return this.threads.map(({ signal, errors, region }) => {
      const call = Atomics.load(signal, 0)
      for (let answer = Atomics.load(signal, 1); answer !== call; answer = Atomics.load(signal, 1)) Atomics.wait(signal, 1, answer)
      const failure: { readonly message: string } | undefined = receiveMessageOnPort(errors)
      if (failure) throw new EngineError(failure.message)
      return region
    })
  }

  dispose(): void {
    for (const { worker, errors } of this.threads) {
      errors.close()
      void worker.terminate()
    }
  }
}
