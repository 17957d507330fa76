import { size } from '../../tensor/primitive'
import { regionFloats, type RowProgram } from './rowSession'

/** How the rows of a batch are divided among threads. */
export interface Partition {
  /** Rows per run of a session. */
  readonly rows: number
  /** First row of each run; one run is the whole batch at once. */
  readonly starts: readonly number[]
  /** Threads that take the runs, this one included. */
  readonly threads: number
}

/** Floats of the largest activation that still leaves room in a core's second-level cache. */
const cacheFloats = 2 ** 18

/** Numbers computed in one pass from which it pays to wake other threads for it. */
const muchWork = 2 ** 19

/**
 * Models with more activations than weights run faster in parts: threads take runs of a few rows, small enough for a core's
 * cache, and gradients are added up. (LeNet, batch 256: a third less time on one thread, and two threads are twice as fast
 * where operations spread over threads gain 1.5.) That is exact where nothing couples the rows of a batch; with batch norm,
 * they stay together. It does not pay where gradients are large beside activations, as in wide dense models. The rule depends
 * on the model and the thread count only, so that a resumed run adds in the same order.
 */
export function partition(whole: RowProgram, threads: number): Partition {
  const { rows: batch, model } = whole
  const activations = model.program.operations.filter(o => o.output.shape[0] === batch).map(o => size(o.output.shape) / batch)
  const floats = activations.reduce((n, floats) => n + floats, 0) * batch
  if (model.realRows !== null || floats < Math.max(muchWork, 8 * threads * regionFloats(whole))) {
    return { rows: batch, starts: [0], threads: 1 }
  }

  const most = Math.max(1, Math.floor(cacheFloats / Math.max(...activations)))
  const shards = Math.min(threads, batch)
  const share = Math.ceil(batch / shards)
  // Whole blocks of 16 rows allow the faster weight gradient, unless too many rows would be empty.
  const computed = (rows: number) => Math.ceil(share / rows) * rows
  const blocks = Array.from({ length: Math.floor(most / 16) }, (_, i) => (i + 1) * 16)
  const best = blocks.reduce((best, rows) => (computed(rows) <= computed(best) ? rows : best), 16)
  const rows = computed(best) <= share * 1.125 ? best : Math.ceil(share / Math.ceil(share / most))
  const starts = Array.from({ length: Math.ceil(batch / rows) }, (_, i) => i * rows)
  return { rows, starts, threads: Math.min(shards, starts.length) }
}

/** Numbers computed in one pass below which waking a second thread costs more than it gives. */
const littleWork = 2 ** 18

/** Threads for one session over a program. */
export function threadsFor(program: RowProgram, threads: number): number {
  const computed = program.model.program.operations.reduce(
    (n, operation) => n + (operation.inputs.length > 0 ? size(operation.output.shape) : 0),
    0,
  )
  return computed < littleWork ? 1 : threads
}
