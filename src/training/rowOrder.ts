import type { Split } from '../data/dataset'
import type { TrainingSettings } from '../ir/graph'
import { BatchOrder, type BatchOrderState } from './batchOrder'
import { SetsOrder, type SetsOrderState } from './setsOrder'

export type RowOrder = BatchOrder | SetsOrder
export type RowOrderState = BatchOrderState | SetsOrderState

/** The rows of each training step: of one data set, or of several as the model file says. @param state of the run that goes on */
export function rowOrder(split: Split, { batchSize, sampling }: TrainingSettings, seed: number, state: RowOrderState | null): RowOrder {
  if (split.parts) return new SetsOrder(split.parts, batchSize, sampling ?? { sources: 'size' }, seed, state as SetsOrderState | null)
  return new BatchOrder(split.rows, batchSize, seed, state as BatchOrderState | null, split.blocks, split.resampling)
}

/** Rows of each data set for which a step has room. */
export const stepRows = (order: RowOrder, batchSize: number): number =>
  order instanceof SetsOrder ? order.mostRows : Math.min(batchSize, order.total)
