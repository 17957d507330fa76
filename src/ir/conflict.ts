/**
 * What a run has seen of the conflict between its tasks, as plain data: written to the run's log by the trainer, shown on the
 * model's lines by the editor.
 */
export interface ConflictSummary {
  readonly tasks: readonly string[]
  /** Steps whose task gradients were sampled: how many, the first, the last. */
  readonly samples: number
  readonly firstStep: number
  readonly lastStep: number
  /** A finding's mean cosine lies below −delta with the confidence of `level`, over all layers and pairs together. */
  readonly delta: number
  readonly level: number
  /** Trunk layers in graph order. */
  readonly layers: readonly LayerConflict[]
  /** Over the whole trunk. */
  readonly trunk: TrunkConflict
}

export interface LayerConflict {
  /** Name of the layer's first application. */
  readonly layer: string
  /** Share of the tasks' squared gradient norms that falls on this layer, mean over steps. */
  readonly gradientShare: number
  /** The worst pairs, lowest cosine first; every reported one is among them. */
  readonly pairs: readonly PairConflict[]
}

export interface PairConflict {
  /** Indices into `tasks`. */
  readonly pair: readonly [number, number]
  /** Steps in which both tasks had a gradient here. */
  readonly samples: number
  readonly cosine: Estimate
  /** Share of steps with a cosine below 0; for unrelated tasks it is one half. */
  readonly conflicting: Estimate
  /** Cosine of one task's gradient on half a batch and the other's on the other half, where noise can't meet; null where not measured. */
  readonly across: Estimate | null
  /** 2‖gᵢ‖‖gⱼ‖ ÷ (‖gᵢ‖² + ‖gⱼ‖²), mean: 1 for gradients of one size. */
  readonly magnitude: number
  /** Upper bound of the mean cosine, corrected for the number of layers and pairs (Holm 1979); null where too little was seen. */
  readonly bound: number | null
  /** Lower bounds (95 %) of each task's mean self-cosine over two half batches; null where none was measured. */
  readonly signal: readonly [number | null, number | null]
  /** The conflict is clear, also across halves of a batch, and both gradients are signal. */
  readonly reported: boolean
}

export interface TrunkConflict {
  /** By task: its share of the tasks' squared gradient norms, mean over steps. */
  readonly gradientShares: readonly number[]
  /** Lowest mean cosine of the task with another, over the whole trunk; null where it has no partner. */
  readonly worst: readonly ({ readonly partner: number; readonly cosine: number } | null)[]
}

/** A mean with its 95 % interval. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}
