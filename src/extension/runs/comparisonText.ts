import type { ComparisonSummary } from '../../runs/comparison'
import { deltaText } from '../../runs/deltaPlot'
import { dayOf, durationText, timeOf } from './runText'

/** How comparisons are spoken of in lenses, hints, the list, the status bar and messages. */

/** `3 of 12 · 40 s left`. */
export function comparisonProgress({ done, total, secondsLeft }: Pick<ComparisonSummary, 'done' | 'total' | 'secondsLeft'>): string {
  const count = total > 0 ? `${Math.min(done + 1, total)} of ${total}` : 'starting'
  return secondsLeft === null ? count : `${count} · ${durationText(secondsLeft)} left`
}

/** `comparison of 22 Nov, 03:50`: tells it from others of the model. */
export const comparisonName = ({ created }: Pick<ComparisonSummary, 'created'>): string =>
  `comparison of ${dayOf(created)}, ${timeOf(created)}`

/** The same where there is little room: the time of one of today, the day of an older one. */
export const shortName = ({ created }: Pick<ComparisonSummary, 'created'>, now = Date.now()): string =>
  new Date(created).toDateString() === new Date(now).toDateString() ? timeOf(created) : dayOf(created)

/** `Δm −4.3 % ± 2.4`, of each method where there are several; empty while there is no result. */
export function overallText({ result }: ComparisonSummary): string {
  if (!result) return ''
  const methods = Object.keys(result.delta).filter(method => result.delta[method]!.overall !== undefined)
  const text = (method: string) => deltaText(result.delta[method]!.overall!, result.spread[method]?.overall)
  if (methods.length === 1) return `Δm ${text(methods[0]!)}`
  return `Δm ${methods.map(method => `${method} ${text(method)}`).join(', ')}`
}
