const samplesPerRun = 2_000
const numbersPerRun = 4_000_000
/** Share of the training time that measuring may take. */
const share = 0.04
/** What runs of some seconds may spend beyond that, evenly over their steps, so that they have a say too. */
const allowanceSeconds = 0.5
const warmUpSteps = 10

/**
 * Chooses the steps whose task gradients are looked at, and keeps the time for it within a small share of the training.
 * Sampling never touches the update, so that its timing can't change the run's numbers.
 */
export class Sampling {
  private readonly every: number
  private spent = 0
  private last = 0

  /** @param tasks T; the interval keeps T×T numbers per layer from filling the log */
  constructor(
    private readonly totalSteps: number,
    private readonly tasks: number,
    trunkLayers: number,
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
    const budget = share * elapsed + (allowanceSeconds * step) / this.totalSteps
    return this.tasks > 1 && step >= warmUpSteps && step - this.last >= this.every && this.spent <= budget
  }

  measured(step: number, seconds: number): void {
    this.last = step
    this.spent += seconds
  }
}
