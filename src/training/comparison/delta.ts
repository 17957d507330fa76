import { taskOf } from '../../tasks/table'
import { metricOf } from '../metrics/table'

/**
 * Δm, the multi-task performance of Maninis et al. 2019 as LibMTL computes it (Lin & Zhang 2023): the mean over a task's metrics
 * of (−1)^s (M − B)/B, s = 1 where lower is better; overall the mean over tasks. As a fraction: 0.01 is one percent better.
 * The denominator is |B|, so that an r² below 0 is measured in the right direction.
 */
export interface MetricValues {
  readonly [metric: string]: number
}

/** @returns null where the baseline is 0 or something is not a number: then there is no relative change */
export function relativeChange(value: number, baseline: number, higherIsBetter: boolean): number | null {
  const change = ((higherIsBetter ? 1 : -1) * (value - baseline)) / Math.abs(baseline)
  return Number.isFinite(change) ? change : null
}

/** @param metrics name → whether higher is better; those that one side lacks don't count @returns null where none is left */
export function taskDelta(values: MetricValues, baseline: MetricValues, metrics: Readonly<Record<string, boolean>>): number | null {
  const changes = Object.entries(metrics).flatMap(([name, higherIsBetter]) => {
    const [value, base] = [values[name], baseline[name]]
    return value === undefined || base === undefined ? [] : (relativeChange(value, base, higherIsBetter) ?? [])
  })
  return changes.length === 0 ? null : mean(changes)
}

/** The metrics that a kind of task is judged by: all of its table but the loss, which methods scale in their own ways. */
export function judgedBy(kind: string): Readonly<Record<string, boolean>> {
  return Object.fromEntries(taskOf(kind)!.metrics.map(name => [name, metricOf(name)!.higherIsBetter]))
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Sample standard deviation. @returns null for less than two values */
export function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const m = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - m) ** 2, 0) / (values.length - 1))
}
