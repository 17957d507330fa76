import type { Dataset, LabelEncoding, Split } from '../data/dataset'
import type { CompiledModel } from '../engine/engine'
import type { GraphTask } from '../ir/graph'
import type { TaskMetrics } from '../runs/events'
import { taskOf } from '../tasks/table'
import type { Metric, MetricContext } from './metrics/metric'
import { metricOf } from './metrics/table'

/** Loss and metrics of each task over one split: `loss`, `accuracy`, …; what is undefined on its rows is left out. */
export type SplitMetrics = TaskMetrics

/**
 * @param turn awaited between batches, so that the process stays responsive
 * @returns by task; a task without a label in the split has no entry but an empty one
 */
export async function evaluateSplit(
  model: CompiledModel,
  split: Split,
  batchSize: number,
  tasks: readonly GraphTask[],
  labels: Dataset['preprocessing']['labels'],
  turn: () => Promise<void>,
): Promise<SplitMetrics> {
  const measures = tasks.map(task => new TaskMeasures(task, labels[task.name]!))
  const rows = new Uint32Array(batchSize)
  for (let start = 0; start < split.rows; start += batchSize) {
    const count = Math.min(batchSize, split.rows - start)
    for (let i = 0; i < count; i++) rows[i] = start + i
    const batch = split.batch(rows.subarray(0, count), batchSize)
    const { predictions, losses } = model.evaluate(batch)
    for (const measure of measures) {
      const name = measure.task.name
      measure.add(predictions[name]!, losses[name]!, batch.targets[name]!, batch.masks[name]!, count, batchSize)
    }
    await turn()
  }
  return Object.fromEntries(measures.map(measure => [measure.task.name, measure.values()]))
}

class TaskMeasures {
  private readonly metrics: readonly (readonly [string, Metric])[]
  private lossSum = 0
  private rows = 0

  constructor(
    readonly task: GraphTask,
    encoding: LabelEncoding,
  ) {
    const context = metricContext(encoding)
    this.metrics = taskOf(task.kind)!.metrics.map(name => [name, metricOf(name)!.create(context)] as const)
  }

  /** @param predictions [batchSize, units] */
  add(predictions: Float32Array, losses: Float32Array, targets: Float32Array, mask: Float32Array, count: number, batchSize: number): void {
    const units = predictions.length / batchSize
    for (let row = 0; row < count; row++) {
      if (mask[row] === 0) continue
      this.rows++
      this.lossSum += losses[row]!
      for (const [, metric] of this.metrics) metric.add(predictions, row * units, units, targets[row]!)
    }
  }

  values(): Record<string, number> {
    if (this.rows === 0) return {}
    const values: Record<string, number> = { loss: this.lossSum / this.rows }
    for (const [name, metric] of this.metrics) {
      const value = metric.value()
      if (value !== null) values[name] = value
    }
    return values
  }
}

function metricContext(encoding: LabelEncoding): MetricContext {
  switch (encoding.kind) {
    case 'class':
      return { classes: encoding.classes.length, mean: 0, deviation: 1 }
    case 'binary':
      return { classes: 2, mean: 0, deviation: 1 }
    case 'number':
      return { classes: 0, mean: encoding.mean, deviation: encoding.deviation, log: encoding.log === true }
  }
}

/** @returns the metrics with their names prefixed, as in the event log: `validation_loss`, … */
export function prefixed(prefix: string, metrics: SplitMetrics): TaskMetrics {
  const rename = (values: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}_${name}`, value]))
  return Object.fromEntries(Object.entries(metrics).map(([task, values]) => [task, rename(values)]))
}

/** @returns both, task by task */
export function merged(a: TaskMetrics, b: TaskMetrics): TaskMetrics {
  return Object.fromEntries(Object.keys({ ...a, ...b }).map(task => [task, { ...a[task], ...b[task] }]))
}
