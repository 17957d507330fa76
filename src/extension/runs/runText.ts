import type { RunSummary } from '../../runs/summary'

/** How runs are spoken of in lenses, lists, the status bar and messages. */

export function progressText(run: RunSummary): string {
  const share = run.steps > 0 ? `${Math.floor((100 * run.step) / run.steps)}%` : ''
  const left = run.secondsLeft !== null && run.status === 'training' ? `${durationText(run.secondsLeft)} left` : ''
  const epoch = run.epochs > 0 && run.epoch > 0 ? `epoch ${run.epoch} of ${run.epochs}` : ''
  return [share || epoch, left].filter(Boolean).join(' · ')
}

export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

export function ageText(created: number, now = Date.now()): string {
  const seconds = (now - created) / 1000
  if (seconds < 60) return 'just now'
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  return days === 1 ? 'yesterday' : `${days} days ago`
}

/** The leading metric of each task, `species accuracy 0.981`; the validation split's, as the best checkpoint is chosen by it. */
export function bestText(run: RunSummary): string {
  return leadingMetrics(run)
    .map(({ task, name, value }) => `${task} ${name} ${metricText(value)}`)
    .join(' · ')
}

export function leadingMetrics(run: RunSummary): { readonly task: string; readonly name: string; readonly value: number }[] {
  return run.tasks.flatMap(task => {
    const names = Object.keys(run.best[task] ?? {}).filter(name => name.startsWith(prefix))
    const leading = names.find(name => name !== `${prefix}loss`) ?? names[0]
    return leading === undefined
      ? []
      : [{ task, name: leading.slice(prefix.length).replaceAll('_', ' '), value: run.best[task]![leading]! }]
  })
}

const prefix = 'validation_'

export function metricText(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(2)
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(3)
}

/** `run of 22 Nov, 03:50, seed 1`: tells it from others of the model. */
export const runName = ({ created, seed }: Pick<RunSummary, 'created' | 'seed'>): string =>
  `run of ${dayOf(created)}, ${timeOf(created)}, seed ${seed}`

export const dayOf = (time: number): string => new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
export const timeOf = (time: number): string => new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
