/** Weight of a new measurement after `seconds` in a mean that forgets with the given time constant. */
const share = (seconds: number, constant: number) => 1 - Math.exp(-seconds / constant)

/** Throughput and time left, smoothed. Pauses don't count. */
export class Pace {
  private secondsPerStep: number | null = null
  private evaluationSeconds: number | null = null
  private rate: number | null = null

  /** @param seconds spent on `steps` steps with `examples` rows */
  trained(steps: number, examples: number, seconds: number): void {
    if (steps === 0 || seconds <= 0) return
    this.secondsPerStep = blend(this.secondsPerStep, seconds / steps, share(seconds, 10))
    this.rate = blend(this.rate, examples / seconds, share(seconds, 3))
  }

  evaluated(seconds: number): void {
    this.evaluationSeconds = blend(this.evaluationSeconds, seconds, 0.3)
  }

  get examplesPerSecond(): number {
    return this.rate ?? 0
  }

  /** @returns null before anything was measured */
  secondsLeft(steps: number, evaluations: number): number | null {
    if (this.secondsPerStep === null) return null
    return steps * this.secondsPerStep + evaluations * (this.evaluationSeconds ?? 0)
  }
}

const blend = (old: number | null, value: number, weight: number) => (old === null ? value : old + (value - old) * weight)
