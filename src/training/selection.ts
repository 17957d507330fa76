import type { SplitMetrics } from './evaluate'

export interface SelectionState {
  /** By task; tasks without a label in the split are not there. */
  readonly first: Readonly<Record<string, number>> | null
  readonly best: number | null
  /** The score that the next one must beat by `minDelta` to count as a gain. */
  readonly reference: number | null
  readonly epochsWithoutGain: number
}

/**
 * Chooses the best epoch and the end of a run. The score of an epoch is the mean over tasks of the loss divided by that task's
 * loss after the first epoch, so that no task counts more because of its loss's scale; lower is better.
 */
export class Selection {
  private first: Readonly<Record<string, number>> | null
  private best: number | null
  private reference: number | null
  private epochsWithoutGain: number

  constructor(
    private readonly earlyStopping: { readonly patience: number; readonly minDelta: number } | null,
    stored: SelectionState | null = null,
  ) {
    this.first = stored?.first ?? null
    this.best = stored?.best ?? null
    this.reference = stored?.reference ?? null
    this.epochsWithoutGain = stored?.epochsWithoutGain ?? 0
  }

  /** @param metrics of the validation split, by task */
  afterEpoch(metrics: SplitMetrics): { readonly score: number; readonly isBest: boolean; readonly stop: boolean } {
    const losses = Object.fromEntries(Object.entries(metrics).flatMap(([task, { loss }]) => (loss === undefined ? [] : [[task, loss]])))
    this.first ??= losses
    // A loss of exactly 0 can't be divided by: such a task counts with 1 as long as it stays 0.
    const ratios = Object.entries(losses).map(([task, loss]) =>
      loss === this.first![task] ? 1 : loss / Math.max(this.first![task] ?? loss, 1e-12),
    )
    const score = ratios.length === 0 ? 1 : ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
    const isBest = this.best === null || score < this.best
    // Slow gains add up: the reference moves only when they have reached minDelta.
    const gained = this.reference === null || score < this.reference - (this.earlyStopping?.minDelta ?? 0)
    if (isBest) this.best = score
    if (gained) this.reference = score
    this.epochsWithoutGain = gained ? 0 : this.epochsWithoutGain + 1
    const stop = this.earlyStopping !== null && this.epochsWithoutGain >= this.earlyStopping.patience
    return { score, isBest, stop }
  }

  state(): SelectionState {
    return { first: this.first, best: this.best, reference: this.reference, epochsWithoutGain: this.epochsWithoutGain }
  }
}
