import type { ProgressEvent, RunEvent, TaskMetrics } from '../../src/runs/events'
import { Table } from './column'

export type Axis = 'step' | 'epoch' | 'time'

export const lossOf = (task: string): string => `loss ${task}`
export const weightOf = (task: string): string => `weight ${task}`
export const metricOf = (task: string, metric: string): string => `${metric} ${task}`

/** A run's events as columns of numbers. Events may come in any number of pieces; order matters. */
export class RunSeries {
  readonly steps = new Table()
  readonly epochs = new Table()
  readonly progress = new Table()
  /** Metrics of the best checkpoint, once the run has ended. */
  final: TaskMetrics | null = null
  latest: ProgressEvent | null = null
  /** By task, names without `train_` or `validation_`, in the order of their first appearance. */
  private readonly metrics = new Map<string, string[]>()
  private start: number | null = null
  private stepsPerEpoch = 0
  /** By the column that they were made from. */
  private readonly axes = new WeakMap<Float64Array, { readonly places: Float64Array; readonly perEpoch: number }>()

  append(events: readonly RunEvent[]): void {
    for (const event of events) this.add(event)
  }

  metricNames(task: string): readonly string[] {
    return this.metrics.get(task) ?? []
  }

  /** The rows' places on an axis: steps, epochs (with fractions) or seconds since the first event. The same array until a row is added. */
  axis(table: Table, axis: Axis): Float64Array {
    const values = axis === 'time' ? table.time.values : table.step.values
    if (axis === 'step') return values
    const perEpoch = this.stepsPerEpoch || 1
    const known = this.axes.get(values)
    if (known && (axis === 'time' || known.perEpoch === perEpoch)) return known.places
    const start = this.start ?? 0
    const places = axis === 'time' ? values.map(time => (time - start) / 1000) : values.map(step => step / perEpoch)
    this.axes.set(values, { places, perEpoch })
    return places
  }

  /** The step that stands at a place of an axis, as far as it is known; for the tooltip. */
  stepAt(axis: Axis, value: number): number | null {
    if (axis === 'step') return Math.round(value)
    if (axis === 'epoch') return this.stepsPerEpoch ? Math.round(value * this.stepsPerEpoch) : null
    const table = this.steps.length ? this.steps : this.progress
    const index = nearestIndex(this.axis(table, 'time'), value)
    return index < 0 ? null : table.step.at(index)
  }

  private add(event: RunEvent): void {
    this.start ??= event.time
    if (event.type === 'step') {
      const values: Record<string, number | null> = { learningRate: event.learningRate }
      for (const [task, loss] of Object.entries(event.losses)) values[lossOf(task)] = loss
      for (const [task, weight] of Object.entries(event.weights)) values[weightOf(task)] = weight
      this.steps.push(event.step, event.time, values)
    } else if (event.type === 'epoch') {
      if (event.epoch > 0) this.stepsPerEpoch = event.step / event.epoch
      const values: Record<string, number> = {}
      for (const [task, metrics] of Object.entries(event.metrics)) {
        for (const [metric, value] of Object.entries(metrics)) {
          values[metricOf(task, metric)] = value
          this.name(task, metric.replace(/^(train|validation)_/, ''))
        }
      }
      this.epochs.push(event.step, event.time, values)
    } else if (event.type === 'progress') {
      if (event.epochs > 0) this.stepsPerEpoch = event.steps / event.epochs
      this.latest = event
      this.progress.push(event.step, event.time, { examplesPerSecond: event.examplesPerSecond })
    } else if (event.type === 'resume') {
      // What the run repeats from here on counts, not what the log said before.
      for (const table of [this.steps, this.epochs, this.progress]) table.dropAbove(event.step)
      this.final = this.latest = null
    } else if (event.type === 'end') this.final = event.metrics
  }

  private name(task: string, metric: string): void {
    const names = this.metrics.get(task)
    if (!names) this.metrics.set(task, [metric])
    else if (!names.includes(metric)) names.push(metric)
  }
}

/** @param xs rising @returns the index of the nearest value, or -1 where there is none */
export function nearestIndex(xs: ArrayLike<number>, x: number): number {
  let [low, high] = [0, xs.length - 1]
  if (high < 0) return -1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (xs[middle]! <= x) low = middle
    else high = middle
  }
  return Math.abs(xs[high]! - x) < Math.abs(xs[low]! - x) ? high : low
}
