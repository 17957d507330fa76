import { Worker } from 'node:worker_threads'
import type { SharedSplit, Split } from '../data/dataset'
import { builtFile } from '../engine/distribution'
import type { Batch } from '../ir/batch'
import type { ModelGraph } from '../ir/graph'
import { RingReader, type BatchRing } from './batchRing'
import type { RowOrderState } from './rowOrder'

/** What the thread is given once. */
export interface BatchTask {
  readonly split: SharedSplit
  readonly graph: ModelGraph
  readonly seed: number
  /** Where the run goes on: state of the order, and steps done. */
  readonly from: { readonly order: RowOrderState | null; readonly step: number }
}

/** Its one message. */
export interface BatchThreadReady {
  readonly ring: BatchRing
  readonly size: number
  readonly perEpoch: number
}

/** Milliseconds for which a step blocks the process when its batch is late, before others have their turn. */
const patience = 10

/**
 * The batches of a training, made by a thread of its own while the steps before them are computed. It runs some batches ahead: what
 * a run goes on from is the state behind the batch that was taken last.
 */
export class BatchThread {
  private failure: Error | null = null
  private readonly reader: RingReader

  private constructor(
    private readonly worker: Worker,
    ring: BatchRing,
    /** Rows of each data set for which a batch has room. */
    readonly size: number,
    readonly perEpoch: number,
  ) {
    this.reader = new RingReader(ring)
    worker.on('error', (error: Error) => (this.failure ??= error))
    worker.on('exit', () => (this.failure ??= new Error('the thread that makes the batches has ended')))
    worker.unref()
  }

  /** @throws what goes wrong in the thread, as do `next` and `beginEpoch` */
  static async start(split: Split, task: Omit<BatchTask, 'split'>): Promise<BatchThread> {
    const worker = new Worker(builtFile('batches.js'), { workerData: { ...task, split: split.share() } satisfies BatchTask })
    const { ring, size, perEpoch } = await new Promise<BatchThreadReady>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    const thread = new BatchThread(worker, ring, size, perEpoch)
    await thread.beginEpoch()
    return thread
  }

  /** Whether `next` has its answer at once. */
  get ready(): boolean {
    return this.reader.ready
  }

  /** @returns the next batch, valid until the next call; null where the epoch is over */
  async next(): Promise<Batch | null> {
    while (!this.ready) await this.wait()
    return this.reader.nextIsBatch ? this.reader.take() : null
  }

  /** To be called where `next` gives null. */
  async beginEpoch(): Promise<void> {
    while (!this.ready) await this.wait()
    this.reader.take()
  }

  /** Of the order, after the batch that was taken last. */
  state(): RowOrderState {
    return this.reader.state()
  }

  async close(): Promise<void> {
    await this.worker.terminate()
  }

  private async wait(): Promise<void> {
    if (this.reader.wait(patience)) return
    await new Promise(resolve => setImmediate(resolve))
    if (this.failure) throw this.failure
  }
}
