import type { Estimate } from '../ir/conflict'
import { blockMean, interval } from './blockMean'

/** A mean with its 95 % interval within [least, most]. Too short a series says nothing of its mean: the interval is the whole range. */
export function estimate(series: readonly number[], mean = blockMean(series), least: number, most: number): Estimate {
  if (mean === null) return { mean: average(series), low: least, high: most }
  return clamped(interval(mean), least, most)
}

export const clamped = ({ mean, low, high }: Estimate, least: number, most: number): Estimate => ({
  mean,
  low: Math.max(least, low),
  high: Math.min(most, high),
})

export const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
