import type { Batch } from '../ir/batch'
import type { WritableBatch } from './dataset'

/** A split that makes the arrays of each batch size once. */
export abstract class ReusingSplit {
  private readonly batches = new Map<number, WritableBatch>()

  abstract allocate(size: number): WritableBatch
  abstract fill(rows: ArrayLike<number>, into: WritableBatch): void

  batch(rows: ArrayLike<number>, size: number): Batch {
    let batch = this.batches.get(size)
    if (!batch) this.batches.set(size, (batch = this.allocate(size)))
    this.fill(rows, batch)
    return batch
  }
}
