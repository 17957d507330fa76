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
 * gradients are added up. That is exact where nothing couples the rows of a batch: with batch norm, they stay together. (LeNet, batch 256: a third less time on one
 * thread, and two threads are twice as fast where operations spread over threads gain 1.5.) It does not pay where gradients
 * are large beside activations, as in dense models. The rule depends on the model and the thread count only, so that a
 * resumed run adds in the same order.
 */
export function partition(whole: RowProgram, threads: number): Partition {
  const { rows: batch, model } = whole
  const activations = model.program.operations.filter(o => o.output.shape[0] === batch).map(o => size(o.output.shape) / batch)
  const floats = activations.reduce((n, floats) => n + floats, 0) * batch
  if (model.realRows !== null) return { rows: batch, shards: [[0]] }
  const convolutional = model.program.operations.some(o => o.kind === 'conv2d')
  if (!convolutional || floats < 8 * threads * regionFloats(whole)) return { rows: batch, shards: [[0]] }

  const most = Math.max(1, Math.floor(cacheFloats / Math.max(...activations)))
  const shards = Math.min(threads, batch)
  const runs = Math.ceil(batch / shards / most)
  const even = Math.ceil(batch / (shards * runs))
  // Whole blocks of 16 rows allow the faster weight gradient, unless too many rows would be empty.
  const blocks = Math.ceil(even / 16) * 16
  const rows = blocks * shards * runs <= batch * 1.125 ? blocks : even
  const starts = Array.from({ length: Math.ceil(batch / rows) }, (_, i) => i * rows)
  const each = Math.ceil(starts.length / shards)
  return { rows, shards: Array.from({ length: Math.ceil(starts.length / each) }, (_, s) => starts.slice(s * each, (s + 1) * each)) }
}
