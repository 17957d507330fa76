import { Augmenter } from '../data/augment'
import type { Split, WritableBatch } from '../data/dataset'
import type { ModelGraph } from '../ir/graph'
import { rowOrder, stepRows, type RowOrder, type RowOrderState } from './rowOrder'

/** The batches of a training: rows of the training split in their order, changed as the inputs' `augment` says. */
export class TrainingBatches {
  private readonly order: RowOrder
  private readonly augmenter: Augmenter | null
  /** Batches made, of the whole run. */
  private step: number
  /** Rows of each data set for which a batch has room. */
  readonly size: number

  /** @param from where the run goes on: state of the order, and steps done */
  constructor(
    private readonly split: Split,
    graph: ModelGraph,
    seed: number,
    from: { readonly order: RowOrderState | null; readonly step: number },
  ) {
    this.order = rowOrder(split, graph.training, seed, from.order)
    this.augmenter = Augmenter.of(graph, seed)
    this.size = stepRows(this.order, graph.training.batchSize)
    this.step = from.step
  }

  get perEpoch(): number {
    return this.order.batchesPerEpoch
  }

  /** @param floats makes the arrays @returns a batch without any rows yet */
  allocate(floats?: (length: number) => Float32Array): WritableBatch {
    return this.split.allocate(this.size, floats)
  }

  /** Makes the next batch of the epoch. @returns false where the epoch is over: the next call begins another */
  fill(into: WritableBatch): boolean {
    const rows = this.order.take()
    if (rows === null) {
      this.order.beginEpoch()
      return false
    }
    const ahead = this.order.ahead()
    if (ahead !== null) this.split.readAhead?.(ahead)
    this.split.fill(rows, into)
    this.augmenter?.apply(into, ++this.step)
    return true
  }

  /** Of the order, after the last batch. */
  state(): RowOrderState {
    return this.order.state()
  }
}
