import type { RunEvent, StepEvent } from '../../runs/events'

export const stepPointLimit = 4000
const progressPointLimit = 1000

/**
 * Events for a chart: at most `limit` step points. Each bucket of neighbouring steps keeps, for every task, the steps with
 * the lowest and the highest loss, so that peaks stay where they are (min/max decimation); ends of the curve are kept.
 * @returns the events in their order
 */
export function thinEvents(events: readonly RunEvent[], limit = stepPointLimit): RunEvent[] {
  const steps = events.filter(event => event.type === 'step')
  const keptSteps = new Set<RunEvent>(thinSteps(steps, limit))
  const progress = events.filter(event => event.type === 'progress')
  const stride = Math.ceil(progress.length / progressPointLimit)
  const keptProgress = new Set<RunEvent>(progress.filter((_, i) => i % stride === 0 || i === progress.length - 1))
  return events.filter(event =>
    event.type === 'step' ? keptSteps.has(event) : event.type === 'progress' ? keptProgress.has(event) : shownInCharts(event),
  )
}

/** What the curves panel gets; Gram matrices and checkpoints are other panels' business. */
export const shownInCharts = (event: RunEvent): boolean =>
  event.type === 'step' || event.type === 'epoch' || event.type === 'progress' || event.type === 'end' || event.type === 'status'

function thinSteps(steps: readonly StepEvent[], limit: number): readonly StepEvent[] {
  if (steps.length <= limit) return steps
  const tasks = [...new Set(steps.flatMap(step => Object.keys(step.losses)))]
  const buckets = Math.max(1, Math.floor((limit - 2) / (2 * Math.max(1, tasks.length))))
  const kept = new Set<number>([0, steps.length - 1])
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * steps.length) / buckets)
    const to = Math.floor(((bucket + 1) * steps.length) / buckets)
    for (const task of tasks) for (const i of extremes(steps, task, from, to)) kept.add(i)
  }
  return [...kept].sort((a, b) => a - b).map(i => steps[i]!)
}

/** Indices of the lowest and highest loss of a task within [from, to); fewer where it has none. */
function extremes(steps: readonly StepEvent[], task: string, from: number, to: number): number[] {
  let [lowest, highest] = [-1, -1]
  for (let i = from; i < to; i++) {
    const loss = steps[i]!.losses[task]
    if (loss === null || loss === undefined) continue
    if (lowest < 0 || loss < steps[lowest]!.losses[task]!) lowest = i
    if (highest < 0 || loss > steps[highest]!.losses[task]!) highest = i
  }
  return [lowest, highest].filter(i => i >= 0)
}
