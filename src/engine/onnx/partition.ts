import { size } from '../../tensor/primitive'
import { regionFloats, type RowProgram } from './rowSession'

/** How the rows of a batch are divided among threads. */
export interface Partition {
  /** Rows per run of a session. */
  readonly rows: number
  /** First rows of the runs of each shard; one shard with one run is the whole batch at once. */
  readonly shards: readonly (readonly number[])[]
}

/** Floats of the largest activation that still leaves room in a core's second-level cache. */
const cacheFloats = 2 ** 18

/**
 * Convolutional models run faster in parts: each thread takes a share of the rows, in runs small enough for its cache, and
 * gradients are added up. That is exact, for nothing couples the rows of a batch. (LeNet, batch 256: a third less time on one
 * thread, and two threads are twice as fast where operations spread over threads gain 1.5.) It does not pay where gradients
 * are large beside activations, as in dense models. The rule depends on the model and the thread count only, so that a
 * resumed run adds in the same order.
 */
export function partition(whole: RowProgram, threads: number): Partition {
  const { rows: batch, model } = whole
  const activations = model.program.operations.filter(o => o.output.shape[0] === batch).map(o => size(o.output.shape) / batch)
  const floats = activations.reduce((n, floats) => n + floats, 0) * batch
  const convolutional = model.program.operations.some(o => o.kind === 'conv2d')
  if (!convolutional || floats < 8 * threads * regionFloats(whole)) return { rows: batch, shards: [[0]] }

  const most = Math.max(1, Math.floor(cacheFloats / Math.max(...activations)))
  const shards = Math.min(threads, batch)
  const share = Math.ceil(batch / shards)
  // Whole blocks of 16 rows allow the faster weight gradient, unless too many rows would be empty.
  const computed = (rows: number) => Math.ceil(share / rows) * rows
  const blocks = Array.from({ length: Math.floor(most / 16) }, (_, i) => (i + 1) * 16)
  const best = blocks.reduce((best, rows) => (computed(rows) <= computed(best) ? rows : best), 16)
  const rows = computed(best) <= share * 1.125 ? best : Math.ceil(share / Math.ceil(share / most))
  const starts = Array.from({ length: Math.ceil(batch / rows) }, (_, i) => i * rows)
  const each = Math.ceil(starts.length / shards)
  return { rows, shards: Array.from({ length: Math.ceil(starts.length / each) }, (_, s) => starts.slice(s * each, (s + 1) * each)) }
}
