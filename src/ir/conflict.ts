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
  /** What the figures speak for, where they are clear. Absent in runs of before. */
  readonly advice?: readonly ConflictAdvice[]
}

export const adviceCodes = ['surgery', 'splitLayer', 'scaleLosses', 'surgeryHelps', 'alignGradients', 'tradeOffs', 'trainApart'] as const
export type AdviceCode = (typeof adviceCodes)[number]

export interface ConflictAdvice {
  readonly code: AdviceCode
  /** Indices into `tasks`, where it is about two of them. */
  readonly pair?: readonly [number, number]
  /** Where it is about one layer. */
  readonly layer?: string
}

export interface LayerConflict {
  /** Name of the layer's first application. */
  readonly layer: string
  /** Share of the tasks' squared gradient norms, times their weights' squares, that falls on this layer, mean over steps. */
  readonly gradientShare: number
  /** The worst pairs, lowest cosine first; every reported one is among them. */
  readonly pairs: readonly PairConflict[]
  /** Share of sampled steps and pairs with a cosine below −delta (Recon, Shi et al. 2023). Absent in runs of before. */
  readonly score?: number
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
  /** 2‖gᵢ‖‖gⱼ‖ ÷ (‖gᵢ‖² + ‖gⱼ‖²) of the gradients times their weights, mean: 1 for parts of one size. */
  readonly magnitude: number
  /** Upper bound of the mean cosine, corrected for the number of layers and pairs (Holm 1979); null where too little was seen. */
  readonly bound: number | null
  /** Lower bounds (95 %) of each task's mean self-cosine over two half batches; null where none was measured. */
  readonly signal: readonly [number | null, number | null]
  /** The conflict is clear, also across halves of a batch, and both gradients are signal. */
  readonly reported: boolean
}

export interface TrunkConflict {
  /** By task: its share of the tasks' squared gradient norms, times their weights' squares, mean over steps. */
  readonly gradientShares: readonly number[]
  /** Lowest mean cosine of the task with another, over the whole trunk; null where it has no partner. */
  readonly worst: readonly ({ readonly partner: number; readonly cosine: number } | null)[]
  /** Absent in runs of before. */
  readonly diagnostics?: TrunkDiagnostics
}

/** Figures of the Gram matrix G of the whole trunk, of gradients times their weights; steps in which one of these is zero are left out. */
export interface TrunkDiagnostics {
  /** κ = √(λ_max/λ_min) of G, median over steps; null where the gradients depend on each other in half of the steps. */
  readonly condition: number | null
  /** Length of the shortest convex combination of the gradients, mean over steps: as it is, and over the shortest gradient's length. */
  readonly paretoGap: { readonly absolute: number; readonly relative: number } | null
  readonly pairs: readonly TrunkPair[]
  /** [i][j]: mean of η·G_ij/L_j, what a step on task i does for task j to first order (Fifty et al. 2021). */
  readonly affinity: readonly (readonly (number | null)[])[] | null
  /** The same measured by a real step on task i alone, where that was asked for. */
  readonly lookAhead: { readonly samples: number; readonly affinity: readonly (readonly (number | null)[])[] } | null
}

export interface TrunkPair {
  readonly pair: readonly [number, number]
  readonly samples: number
  readonly cosine: Estimate
  readonly magnitude: number
  /** ξ = (1 − cos²)‖gᵢ − gⱼ‖²/‖gᵢ + gⱼ‖², median over steps; null where the sum of the two was zero in half of them. */
  readonly curvature: number | null
  /** Share of steps in which the gradients allow the tragic triad (Yu et al. 2020): cos ≤ −Φ and ξ ≤ 1; curvature is not measured. */
  readonly triad: Estimate
}

/** A mean with its 95 % interval. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}
