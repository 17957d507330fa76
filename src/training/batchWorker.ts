import { parentPort, workerData } from 'node:worker_threads'
import { openShared } from '../data/openShared'
import { makeRing, RingWriter } from './batchRing'
import type { BatchTask, BatchThreadReady } from './batchThread'
import { TrainingBatches } from './trainingBatches'

// A thread that makes the batches of a training ahead of its steps.

const turn = () => new Promise(resolve => setImmediate(resolve))

async function main({ split, graph, seed, from }: BatchTask): Promise<void> {
  const batches = new TrainingBatches(openShared(split), graph, seed, from)
  const ring = makeRing(floats => batches.allocate(floats))
  parentPort!.postMessage({ ring, size: batches.size, perEpoch: batches.perEpoch } satisfies BatchThreadReady)
  const writer = new RingWriter(ring)
  writer.put(false, batches.state())
  for (;;) {
    const isBatch = batches.fill(writer.room())
    writer.put(isBatch, batches.state())
    await turn() // in which files that are read ahead arrive
  }
}

void main(workerData as BatchTask)
