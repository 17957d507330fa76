import type { Json } from '../base/json'
import type { LossMeansState } from './lossMeans'
import type { RowOrderState } from './rowOrder'
import type { SelectionState } from './selection'
import type { StepEventsState } from './stepEvents'

/**
 * What a resumed run needs, beside weights and optimizer slots, to repeat an uninterrupted run bit by bit. JSON keeps every
 * finite double exactly.
 */
export interface TrainingState {
  readonly version: 1
  readonly step: number
  /** Epochs that are complete, with their validation. */
  readonly epochs: number
  readonly learningRate: number
  readonly order: RowOrderState
  readonly method: { readonly state: Json; readonly random: readonly number[] }
  readonly engine: { readonly step: number; readonly random: readonly number[] }
  readonly selection: SelectionState
  readonly epochLosses: LossMeansState
  readonly stepEvents: StepEventsState
  /** Seconds spent in the present epoch so far. */
  readonly epochSeconds: number
  /** Early stopping has ended the run. */
  readonly finished: boolean
}

/** A stored state is JSON by construction. */
export const toJson = (state: TrainingState): Json => state as unknown as Json

/** @throws RangeError where the state is of a version that is not known */
export function fromJson(json: Json): TrainingState {
  const state = json as unknown as TrainingState
  if (state?.version !== 1) throw new RangeError('the checkpoint was written by a later version')
  return state
}
