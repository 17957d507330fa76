import type { GraphEdit, Proposal } from '../ir/graphEdit'
import type { EvaluationRequest, EvaluationResult } from './evaluation'

/** Between the host and its workers. */
export interface WorkerData {
  readonly dist: string
  /** [0]: the number of the last request that is no longer wanted. */
  readonly cancelled: SharedArrayBuffer
}

export type ToWorker =
  | { readonly type: 'evaluate'; readonly id: number; readonly request: EvaluationRequest; readonly deadline: number }
  | {
      readonly type: 'propose'
      readonly id: number
      readonly request: EvaluationRequest
      readonly edit: GraphEdit
      readonly deadline: number
    }
  /** The worker before was killed over this request: what in it may run for ever? */
  | { readonly type: 'suspect'; readonly id: number; readonly request: EvaluationRequest; readonly message: string }

export type FromWorker =
  | { readonly type: 'ready' }
  /** The files of a request are read, and the model file begins to run. */
  | { readonly type: 'running'; readonly id: number }
  | { readonly type: 'result'; readonly id: number; readonly result: EvaluationResult }
  | { readonly type: 'proposal'; readonly id: number; readonly result: Proposal }
