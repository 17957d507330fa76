import type { DeviceEvent, ResumeEvent, RunEvent, RunStatus, TaskMetrics } from './events'
import type { PartOf } from './manifest'

/** What lists of runs show: made from the manifest, the event log and the live lock. */
export interface RunSummary {
  readonly id: string
  readonly folder: string
  readonly model: string
  readonly modelFile: string
  readonly created: number
  readonly status: RunStatus | 'interrupted'
  readonly tasks: readonly string[]
  readonly seed: number
  readonly weighting: string
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  readonly steps: number
  readonly secondsLeft: number | null
  readonly examplesPerSecond: number
  /** Of the best checkpoint so far. */
  readonly best: TaskMetrics
  /** Where it computes: 'CPU', 'GPU (WebGPU)'. */
  readonly device: string
  /** Why, where the GPU was to be expected and failed. */
  readonly deviceProblem?: string
  readonly message?: string
  /** The series that it belongs to. */
  readonly partOf?: PartOf
}

/** What an event log says, event by event. */
export interface RunProgress {
  readonly status: RunStatus
  readonly epoch: number
  readonly step: number
  readonly steps: number
  readonly epochs: number
  readonly secondsLeft: number | null
  readonly examplesPerSecond: number
  readonly best: TaskMetrics
  /** What the log says of it last; null where it says nothing. */
  readonly device: Pick<DeviceEvent, 'device' | 'provider' | 'reason' | 'fallback'> | null
  readonly message?: string | undefined
}

export const noProgress: RunProgress = {
  status: 'starting',
  epoch: 0,
  step: 0,
  steps: 0,
  epochs: 0,
  secondsLeft: null,
  examplesPerSecond: 0,
  best: {},
  device: null,
}

/** @returns the progress after one more event of the log */
export function afterEvent(progress: RunProgress, event: RunEvent): RunProgress {
  switch (event.type) {
    case 'status':
      // A message belongs to the state that it came with.
      return { ...progress, status: event.status, message: event.message }
    case 'resume':
      return { ...progress, step: event.step, epoch: event.epoch }
    case 'step':
      return { ...progress, step: event.step, epoch: event.epoch }
    case 'epoch':
      return { ...progress, step: event.step, epoch: event.epoch, ...(event.best && { best: event.metrics }) }
    case 'progress':
      return {
        ...progress,
        step: event.step,
        steps: event.steps,
        epoch: event.epoch,
        epochs: event.epochs,
        secondsLeft: event.secondsLeft,
        examplesPerSecond: event.examplesPerSecond,
      }
    case 'device':
      return { ...progress, device: event }
    case 'end':
      return {
        ...progress,
        status: event.status,
        secondsLeft: null,
        best: Object.keys(event.metrics).length > 0 ? event.metrics : progress.best,
        ...(event.message !== undefined && { message: event.message }),
      }
    default:
      return progress
  }
}

/**
 * The log as an uninterrupted run would have written it: what a resume repeats is dropped.
 * @param events in the order of the log
 */
export function supersede(events: readonly RunEvent[]): RunEvent[] {
  let kept: RunEvent[] = []
  for (const event of events) {
    if (event.type === 'resume') kept = kept.filter(before => !isRepeated(before, event))
    kept.push(event)
  }
  return kept
}

function isRepeated(event: RunEvent, resume: ResumeEvent): boolean {
  if (event.type === 'epoch' || event.type === 'checkpoint') return event.epoch > resume.epoch || event.step > resume.step
  return 'step' in event && event.step > resume.step
}
