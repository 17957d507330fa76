import type { StepEvent } from '../runs/events'
import { LossMeans, type LossMeansState } from './lossMeans'

/** A curve of this many points shows everything that a screen can. */
const stepEventsPerRun = 10_000

export interface StepEventsState {
  readonly every: number
  readonly losses: LossMeansState
  readonly weights: LossMeansState
}

/**
 * Thins the steps to at most about 10,000 events per run. The interval depends on the number of steps alone and is stored with
 * the run, so that a resumed run logs the same steps with the same means.
 */
export class StepEvents {
  private readonly every: number
  private readonly losses: LossMeans
  private readonly weights: LossMeans

  constructor(
    private readonly tasks: readonly string[],
    totalSteps: number,
    stored: StepEventsState | null,
  ) {
    this.every = stored?.every ?? Math.max(1, Math.ceil(totalSteps / stepEventsPerRun))
    this.losses = new LossMeans(tasks.length, stored?.losses ?? null)
    this.weights = new LossMeans(tasks.length, stored?.weights ?? null)
  }

  /** @returns the event to log, or null for a step that is left for the next one's means */
  after(
    step: number,
    epoch: number,
    learningRate: number,
    losses: Float64Array,
    weights: Float64Array,
    present: readonly boolean[],
  ): StepEvent | null {
    present.forEach((here, i) => {
      if (!here) return
      this.losses.add(i, losses[i]!, 1)
      this.weights.add(i, weights[i]!, 1)
    })
    if (step % this.every !== 0) return null
    const byTask = <T>(value: (task: number) => T) => Object.fromEntries(this.tasks.map((task, i) => [task, value(i)]))
    const event: StepEvent = {
      type: 'step',
      time: Date.now(),
      step,
      epoch,
      losses: byTask(i => this.losses.mean(i)),
      weights: byTask(i => this.weights.mean(i) ?? 0),
      learningRate,
    }
    this.losses.clear()
    this.weights.clear()
    return event
  }

  state(): StepEventsState {
    return { every: this.every, losses: this.losses.state(), weights: this.weights.state() }
  }
}
