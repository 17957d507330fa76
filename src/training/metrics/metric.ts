/**
 * A measure of a task's predictions over the labelled rows of a split. One file each; rows are added one by one, so that
 * a split never has to be held in memory twice.
 */
export interface MetricDefinition {
  /** As in the event log after `validation_` and `test_`: 'macro_f1'. */
  readonly name: string
  readonly higherIsBetter: boolean
  create(context: MetricContext): Metric
}

export interface MetricContext {
  /** Number of classes; 2 for a binary task, 0 for a number. */
  readonly classes: number
  /** Turns a scaled number into the label's own unit: value · deviation + mean, or where `log` is true, e to the power of that less 1. */
  readonly mean: number
  readonly deviation: number
  readonly log?: boolean
}

/** @returns a function from a scaled number to one whose differences are those in the label's own unit */
export const inUnit = ({ mean, deviation, log }: MetricContext): ((value: number) => number) =>
  log ? value => Math.expm1(value * deviation + mean) : value => value * deviation

export interface Metric {
  /**
   * @param outputs probabilities per class, [probability of yes], or [standardised number]: the row at `offset`, `units` wide
   * @param target class index, 0/1 or standardised number
   */
  add(outputs: Float32Array, offset: number, units: number, target: number): void
  /** @returns null where the measure is undefined on these rows */
  value(): number | null
}

/** @returns the class index that a row of outputs stands for; a single probability means yes from 0.5 on */
export function predictedClass(outputs: Float32Array, offset: number, units: number): number {
  if (units === 1) return outputs[offset]! >= 0.5 ? 1 : 0
  let best = 0
  for (let k = 1; k < units; k++) if (outputs[offset + k]! > outputs[offset + best]!) best = k
  return best
}
