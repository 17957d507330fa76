import type { EpochEvent, RunEvent } from '../../runs/events'

export const stepPointLimit = 4000
const progressPointLimit = 1000

/**
 * Events for a chart: at most `limit` points of steps and as many of epochs. Each bucket of neighbours keeps, for every task, the
 * points with the lowest and the highest loss, so that peaks stay where they are (min/max decimation); ends of the curve are kept,
 * and so is the best epoch.
 * @returns the events in their order
 */
export function thinEvents(events: readonly RunEvent[], limit = stepPointLimit): RunEvent[] {
  const steps = events.filter(event => event.type === 'step')
  const epochs = events.filter(event => event.type === 'epoch')
  const progress = events.filter(event => event.type === 'progress')
  const stride = Math.ceil(progress.length / progressPointLimit)
  const kept = new Set<RunEvent>([
    ...extremes(steps, step => step.losses, limit),
    ...extremes(epochs, lossesOf, limit),
    ...epochs.filter(epoch => epoch.best).slice(-1),
    ...progress.filter((_, i) => i % stride === 0 || i === progress.length - 1),
  ])
  return events.filter(event =>
    event.type === 'step' || event.type === 'epoch' || event.type === 'progress' ? kept.has(event) : shownInCharts(event),
  )
}

/** Which events a panel gets. */
export interface EventChoice {
  /** @returns what the panel gets of an event, or null */
  pick(event: RunEvent): RunEvent | null
  /** @param room factor on how many stay @returns the events in their order */
  thin(events: readonly RunEvent[], room?: number): readonly RunEvent[]
}

export const chartEvents: EventChoice = {
  pick: event => (shownInCharts(event) ? event : null),
  thin: (events, room = 1) => thinEvents(events, room * stepPointLimit),
}

/** What the curves panel gets; Gram matrices and checkpoints are other panels' business. */
export const shownInCharts = (event: RunEvent): boolean =>
  event.type === 'step' || event.type === 'epoch' || event.type === 'progress' || event.type === 'end' || event.type === 'status'

type Losses = Readonly<Record<string, number | null | undefined>>

/** Validation loss by task; without validation rows the training loss. */
const lossesOf = ({ metrics }: EpochEvent): Losses =>
  Object.fromEntries(Object.entries(metrics).map(([task, values]) => [task, values.validation_loss ?? values.train_loss]))

function extremes<T extends RunEvent>(points: readonly T[], lossesOf: (point: T) => Losses, limit: number): readonly T[] {
  if (points.length <= limit) return points
  const losses = points.map(lossesOf)
  const tasks = [...new Set(losses.flatMap(Object.keys))]
  const buckets = Math.max(1, Math.floor((limit - 2) / (2 * Math.max(1, tasks.length))))
  const kept = new Set<number>([0, points.length - 1])
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * points.length) / buckets)
    const to = Math.floor(((bucket + 1) * points.length) / buckets)
    for (const task of tasks) for (const i of lowestAndHighest(losses, task, from, to)) kept.add(i)
  }
  return [...kept].map(i => points[i]!)
}

/** Indices of the lowest and highest loss of a task within [from, to); fewer where it has none. */
function lowestAndHighest(losses: readonly Losses[], task: string, from: number, to: number): number[] {
  let [lowest, highest] = [-1, -1]
  for (let i = from; i < to; i++) {
    const loss = losses[i]![task]
    if (loss === null || loss === undefined) continue
    if (lowest < 0 || loss < losses[lowest]![task]!) lowest = i
    if (highest < 0 || loss > losses[highest]![task]!) highest = i
  }
  return [lowest, highest].filter(i => i >= 0)
}
