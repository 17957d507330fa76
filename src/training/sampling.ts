const samplesPerRun = 2_000
const numbersPerRun = 4_000_000
/** Share of the training time that samples may take; with the summaries, and what asking costs, it stays below 5 %. */
const share = 0.025
/** What runs of less than 20 s may spend instead, evenly over their steps, so that they have a say too. */
const allowanceSeconds = 0.5
const warmUpSteps = 10
/** A sample has a Gram matrix of its batch and in every other one two of its halves: as a guess before the first is timed, so many steps a task. */
const stepsPerTask = 3

/**
 * Chooses the steps whose task gradients are looked at, and keeps the time for it within a small share of the training.
 * Sampling never touches the update, so that its timing can't change the run's numbers.
 */
export class Sampling {
  private readonly every: number
  private spent = 0
  private measurements = 0
  private last = 0

  /**
   * @param startStep of this process: a resumed run has no second allowance for the steps before
   * @param tasks T; the interval keeps T×T numbers per layer from filling the log
   * @param least samples that are taken whatever they cost, evenly over the steps
   */
  constructor(
    private readonly startStep: number,
    private readonly totalSteps: number,
    private readonly tasks: number,
    trunkLayers: number,
    private readonly least = 0,
  ) {
    const perSample = Math.max(1, tasks * tasks * trunkLayers)
    const samples = Math.max(1, Math.min(samplesPerRun, Math.floor(numbersPerRun / perSample)))
    this.every = Math.max(1, Math.ceil(totalSteps / samples))
  }

  /** For what costs nothing but space. */
  isDue(step: number): boolean {
    return this.tasks > 1 && step % this.every === 0
  }

  /** For what takes time. @param elapsed seconds of training so far in this process */
  mayMeasure(step: number, elapsed: number): boolean {
    const steps = step - this.startStep
    if (this.tasks < 2 || steps < warmUpSteps || step - this.last < this.every) return false
    if (this.measurements < (this.least * steps) / this.totalSteps) return true
    const budget = Math.max(share * elapsed, (allowanceSeconds * steps) / this.totalSteps)
    const next = this.measurements > 0 ? this.spent / this.measurements : (stepsPerTask * this.tasks * elapsed) / steps
    return this.spent + next <= budget
  }

  measured(step: number, seconds: number): void {
    this.last = step
    this.measurements++
    this.spent += seconds
  }

  /** What the log took of a sample. */
  noted(seconds: number): void {
    this.spent += seconds
  }
}
