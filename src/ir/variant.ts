import type { Json } from '../base/json'
import type { ModelGraph } from './graph'
import { singleTask } from './singleTask'

/** What a run changes of its model file: one member of a series of runs that differ in this alone. */
export interface Variant {
  /** The model of this task alone; it has nothing to balance, so that `weighting` does not go with it. */
  readonly task?: string
  readonly weighting?: { readonly kind: string; readonly options: Readonly<Record<string, Json>> }
  readonly learningRate?: number
  /** Of a cross-validation: this fold, from 0, is the test part. */
  readonly fold?: { readonly index: number; readonly of: number }
}

/** @throws RangeError where the model has no such task */
export function variantOf(graph: ModelGraph, { task, weighting, learningRate, fold }: Variant): ModelGraph {
  const whole = task === undefined ? graph : singleTask(graph, task)
  const { training } = whole
  const { optimizer } = training
  return {
    ...whole,
    ...(fold && { sources: whole.sources.map(source => ({ ...source, split: { ...source.split, fold } })) }),
    training: {
      ...training,
      ...(task === undefined && weighting && { weighting: { ...weighting, span: training.weighting.span } }),
      ...(learningRate !== undefined && { optimizer: { ...optimizer, options: { ...optimizer.options, learningRate } } }),
    },
  }
}
