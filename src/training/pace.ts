/** A ratio of two sums that both forget what is older than some seconds: one slow moment does not outweigh many quick ones. */
class RecentRatio {
  private amount = 0
  private count = 0

  /** @param constant seconds after which a measurement weighs 1/e */
  constructor(private readonly constant: number) {}

  add(amount: number, count: number, seconds: number): void {
    const kept = Math.exp(-seconds / this.constant)
    this.amount = this.amount * kept + amount
    this.count = this.count * kept + count
  }

  /** @returns null before anything was measured */
  get value(): number | null {
    return this.count > 0 ? this.amount / this.count : null
  }
}

/** Throughput and time left, smoothed. Pauses don't count. */
export class Pace {
  private readonly secondsPerStep = new RecentRatio(10)
  private readonly secondsPerEvaluation = new RecentRatio(10)
  private readonly rate = new RecentRatio(3)

  /** @param seconds spent on `steps` steps with `examples` rows */
  trained(steps: number, examples: number, seconds: number): void {
    if (steps === 0 || seconds <= 0) return
    this.secondsPerStep.add(seconds, steps, seconds)
    this.rate.add(examples, seconds, seconds)
  }

  /**
   * @param seconds spent on the evaluation after an epoch
   * @param epochSeconds spent on the steps of that epoch
   */
  evaluated(seconds: number, epochSeconds: number): void {
    this.secondsPerEvaluation.add(seconds, 1, seconds + epochSeconds)
  }

  get examplesPerSecond(): number {
    return this.rate.value ?? 0
  }

  /** @returns null before anything was measured */
  secondsLeft(steps: number, evaluations: number): number | null {
    if (this.secondsPerStep.value === null) return null
    return steps * this.secondsPerStep.value + evaluations * (this.secondsPerEvaluation.value ?? 0)
  }
}
