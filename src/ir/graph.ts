import type { Json } from '../base/json'
import type { Options } from '../base/options'
import type { Shape } from './shape'
import type { Span } from './span'

/**
 * What a `.mtl.ts` file means, as plain data: it crosses process borders, is stored in runs and compared after edits.
 * Nodes are in topological order: a node's inputs have smaller ids.
 */
export interface ModelGraph {
  readonly file: string
  readonly nodes: readonly GraphNode[]
  readonly tasks: readonly GraphTask[]
  readonly sources: readonly DataSource[]
  readonly training: TrainingSettings
  /** The `model(…)` call. */
  readonly span: Span | null
}

export interface GraphNode {
  readonly id: number
  /** Key into the layer table: 'dense', 'conv2d', 'concat', 'input', 'features', … */
  readonly kind: string
  /** Unique in the graph and stable under edits elsewhere: the variable's name, 'species.logits', or kind and number. */
  readonly name: string
  /** Nodes of one layer id are applications of one layer object and share its weights. */
  readonly layer: number
  readonly inputs: readonly number[]
  readonly options: Options
  readonly shape: Shape
  /** Weights of the layer, shapes fully known or null; the same for every application of the layer. */
  readonly parameters: readonly ParameterSpec[]
  /** The call that made the layer. */
  readonly span: Span | null
  /** The call that applied it to its input, where that is another call (`pipe`, or the layer called on a tensor). */
  readonly use: Span | null
  /** Calls below the layer's call, innermost first: a block function used twice shows both places. */
  readonly via: readonly Span[]
  /** Applications of `block(name, …)` that it belongs to, outermost first: ['encoder', 'residual_2']. */
  readonly blocks?: readonly string[]
}

export interface ParameterSpec {
  /** 'kernel', 'bias', …; the full name of a parameter is `${node name of the layer's first application}/${name}`. */
  readonly name: string
  readonly shape: readonly number[] | null
  readonly initializer: Initializer
  /** A running statistic of the data: kept with the weights, but not learnt by the optimizer. */
  readonly statistic?: boolean
  /** What is minimised holds l2 · Σ value². */
  readonly l2?: number
}

export type Initializer =
  | { readonly kind: 'zeros' | 'ones' }
  | { readonly kind: 'constant'; readonly value: number }
  /** A matrix [first axis, the others] with orthonormal rows or columns, whichever are fewer (Saxe et al. 2014). */
  | { readonly kind: 'orthogonal' }
  /** Normal or uniform with variance scale/fan (He 2015: 2/fan_in; Glorot 2010: 2/(fan_in+fan_out)). */
  | {
      readonly kind: 'variance'
      readonly scale: number
      readonly fan: 'in' | 'average'
      readonly distribution: 'normal' | 'uniform'
      readonly fanIn: number
      readonly fanOut: number
    }

export interface GraphTask {
  readonly name: string
  /** Key into the task table: 'classification', 'binary', 'regression'. */
  readonly kind: string
  /** The tensor handed to the task: where its head ends. */
  readonly features: number
  /** The output node that the task added itself (a dense layer named `${task}.output`). */
  readonly output: number
  /** The node with the loss of each row, where the model file has a loss of its own. */
  readonly loss?: number | null
  readonly label: LabelReference | null
  readonly options: Options
  /** Fixed weight of the task's loss. */
  readonly weight: number
  /** Class names in output order; null where unknown or not a classification. */
  readonly classes: readonly string[] | null
  readonly span: Span | null
  /** The task's key in `tasks: { … }`. */
  readonly keySpan: Span | null
}

export interface LabelReference {
  /** Id of a data source. */
  readonly source: number
  readonly column: string
  readonly span: Span | null
}

export interface DataSource {
  readonly id: number
  /** Key into the table of sources: 'csv', 'json', 'npz'. */
  readonly kind: string
  /** As written, relative to the model file. */
  readonly path: string
  readonly options: Options
  readonly split: SplitSettings
  /** Id of an earlier source with the same rows, such as the table that names the pictures of this one. */
  readonly sameRowsAs?: number
  readonly span: Span | null
  /** The path's text in the call. */
  readonly pathSpan: Span | null
}

export interface SplitSettings {
  readonly train: number
  readonly validation: number
  readonly test: number
  /** The split has its own seed, so that runs of several seeds see the same test rows. */
  readonly seed: number
  /** Columns whose values keep their shares in every part; one that is alone may stand without a list. */
  readonly stratify: string | readonly string[] | null
  /** Column whose rows of one value stay together. */
  readonly group?: string
  /** Column by which the latest rows are the test part, and the earliest the training part. */
  readonly time?: string
  /** Column that says the part of each row. */
  readonly column?: string
  /** Files of their own for parts, relative to the model file. */
  readonly files?: { readonly validation?: string; readonly test?: string }
  /** Of a cross-validation: this fold, from 0, is the test part, and the shares divide the other rows. */
  readonly fold?: { readonly index: number; readonly of: number }
}

/** A chosen method, optimizer or schedule with its options, all defaults filled in. */
export interface Choice {
  readonly kind: string
  readonly options: Options
  readonly span: Span | null
}

/** How the rows of a step are shared among the data sets of a model that has several. */
export type SamplingSettings = {
  /**
   * 'size': in proportion to their rows n. A temperature τ: in proportion to n^(1/τ), so that 1 is as by size and a large one
   * makes all alike (Aharoni et al. 2019). 'roundRobin': whole steps in turns.
   */
  readonly sources: 'size' | 'roundRobin' | { readonly temperature: number }
}

export interface TrainingSettings {
  readonly optimizer: Choice
  readonly weighting: Choice
  /** Absent in runs from before there were schedules: constant. */
  readonly schedule?: Choice
  /** Largest norm of the gradient of all weights together. */
  readonly clipNorm?: number
  readonly epochs: number
  readonly batchSize: number
  /** Sets everything random but the split. */
  readonly seed: number
  /** Absent where the model file says nothing: by size. */
  readonly sampling?: SamplingSettings
  readonly earlyStopping: { readonly patience: number; readonly minDelta: number } | null
  /** Where each setting's value stands, for errors met during training. */
  readonly spans: Readonly<Record<string, Span>>
}

/** Extra data of a diagnostic or node for quick fixes; kept plain. */
export type Detail = Json
