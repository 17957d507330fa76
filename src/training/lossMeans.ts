/** Means of per-task losses over several steps. Plain data when stored, so that a resumed run reports the same numbers. */
export class LossMeans {
  private sums: number[]
  private counts: number[]

  constructor(tasks: number, stored: LossMeansState | null = null) {
    this.sums = stored ? [...stored.sums] : new Array<number>(tasks).fill(0)
    this.counts = stored ? [...stored.counts] : new Array<number>(tasks).fill(0)
  }

  /** @param weight number of rows, or of steps, that the value stands for */
  add(task: number, value: number, weight: number): void {
    this.sums[task]! += value * weight
    this.counts[task]! += weight
  }

  /** @returns null where nothing was added */
  mean(task: number): number | null {
    return this.counts[task] === 0 ? null : this.sums[task]! / this.counts[task]!
  }

  clear(): void {
    this.sums.fill(0)
    this.counts.fill(0)
  }

  state(): LossMeansState {
    return { sums: [...this.sums], counts: [...this.counts] }
  }
}

export interface LossMeansState {
  readonly sums: readonly number[]
  readonly counts: readonly number[]
}
