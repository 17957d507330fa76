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
  for (const rows of evaluationBatches(split, batchSize)) {
    const batch = split.batch(rows, batchSize)
    const { predictions, losses } = model.evaluate(batch)
    for (const measure of measures) {
      const name = measure.task.name
      measure.add(predictions[name]!, losses[name]!, batch.targets[name]!, batch.masks[name]!, batch.rows, batchSize)
    }
    await turn()
  }
  return Object.fromEntries(measures.map(measure => [measure.task.name, measure.values()]))
}

/** Rows in order; of several data sets, as many of each at a time. */
function* evaluationBatches({ rows, parts }: Split, size: number): Generator<Uint32Array> {
  const lengths = parts?.map(part => part.rows) ?? [rows]
  const longest = Math.max(...lengths)
  for (let from = 0; from < longest; from += size) {
    const batch: number[] = []
    let start = 0
    for (const length of lengths) {
      for (let row = from; row < Math.min(from + size, length); row++) batch.push(start + row)
      start += length
    }
    yield Uint32Array.from(batch)
  }
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
