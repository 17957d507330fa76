import { lossOf, metricOf, weightOf, type Axis, type RunSeries } from './runSeries'
import { smoothed } from './smoothing'

/** A shown run in its place among the shown ones. */
export interface ShownRun {
  readonly id: string
  readonly label: string
  /** Sets marker and dash, and the colour where several runs are compared. */
  readonly index: number
  readonly series: RunSeries
}

export interface Choices {
  readonly axis: Axis
  readonly smoothing: number
  readonly tasks: readonly string[]
  readonly hiddenTasks: ReadonlySet<string>
}

export interface Chart {
  readonly id: string
  /** The task whose section it stands in; null: the run as a whole. */
  readonly task: string | null
  readonly title: string
  /** Losses are drawn on a logarithmic scale where that is chosen. */
  readonly loss: boolean
  readonly lines: readonly Line[]
}

export type LineRole = 'train' | 'validation' | 'value'

export interface Line {
  readonly label: string
  readonly run: string
  readonly task: string | null
  readonly role: LineRole
  /** Index into palette and markers. */
  readonly colour: number
  readonly marker: number
  readonly dash: number
  readonly xs: Float64Array
  readonly ys: Float64Array
  /** Before smoothing, where that was done. */
  readonly raw: Float64Array | null
}

/**
 * The charts for what is chosen. Colour tells apart what is compared: with one run the tasks, with several the runs
 * (then task weights get a chart per task, so that no chart mixes tasks). Train is a thin line, validation a thick one with markers;
 * runs differ in marker and dash too.
 * @param several whether runs are compared, hidden ones included, so that hiding one does not change the colours of the others
 */
export function makeCharts(runs: readonly ShownRun[], choices: Choices, several: boolean): Chart[] {
  const tasks = choices.tasks.map((name, index) => ({ name, index })).filter(task => !choices.hiddenTasks.has(task.name))
  const line = (run: ShownRun, task: { name: string; index: number } | null, role: LineRole, column: string): Line | null => {
    const table =
      role === 'value' && column === 'examplesPerSecond' ? run.series.progress : isStepColumn(column) ? run.series.steps : run.series.epochs
    const values = table.column(column)
    if (!values || !values.values.some(Number.isFinite)) return null
    const noisy = table !== run.series.epochs && choices.smoothing > 0 && column !== 'learningRate'
    const look = several ? run.index : (task?.index ?? 6)
    return {
      label: role === 'value' ? (task?.name ?? '') : role,
      run: run.id,
      task: task?.name ?? null,
      role,
      colour: look,
      marker: look,
      dash: several ? run.index : role === 'value' && task ? task.index : 0,
      xs: run.series.axis(table, choices.axis),
      // Made when it is looked at: charts out of sight are not drawn.
      get ys() {
        return noisy ? smoothed(values.values, choices.smoothing) : values.values
      },
      raw: noisy ? values.values : null,
    }
  }
  const chart = (id: string, task: string | null, title: string, loss: boolean, lines: (Line | null)[]): Chart[] => {
    const present = lines.filter(item => item !== null)
    return present.length ? [{ id, task, title, loss, lines: present }] : []
  }

  const charts = tasks.flatMap(task => {
    const trainLoss = (run: ShownRun) =>
      line(run, task, 'train', lossOf(task.name)) ?? line(run, task, 'train', metricOf(task.name, 'train_loss'))
    const pair = (metric: string) =>
      runs.flatMap(run => [
        metric === 'loss' ? trainLoss(run) : line(run, task, 'train', metricOf(task.name, `train_${metric}`)),
        line(run, task, 'validation', metricOf(task.name, `validation_${metric}`)),
      ])
    const metrics = new Set(['loss', ...runs.flatMap(run => run.series.metricNames(task.name))])
    return [...metrics].flatMap(metric => chart(`${metric} ${task.name}`, task.name, metricTitle(metric), metric === 'loss', pair(metric)))
  })
  const weights = several
    ? tasks.flatMap(task =>
        chart(
          `weight ${task.name}`,
          task.name,
          'task weight',
          false,
          runs.map(run => line(run, task, 'value', weightOf(task.name))),
        ),
      )
    : chart(
        'weights',
        null,
        'task weights',
        false,
        runs.flatMap(run => tasks.map(task => line(run, task, 'value', weightOf(task.name)))),
      )
  return [
    ...charts,
    ...weights,
    ...chart(
      'learningRate',
      null,
      'learning rate',
      false,
      runs.map(run => line(run, null, 'value', 'learningRate')),
    ),
    ...chart(
      'examplesPerSecond',
      null,
      'examples per second',
      false,
      runs.map(run => line(run, null, 'value', 'examplesPerSecond')),
    ),
  ]
}

const isStepColumn = (column: string): boolean => column === 'learningRate' || column.startsWith('loss ') || column.startsWith('weight ')

/** `macro_f1` reads as "macro f1". */
export const metricTitle = (metric: string): string => metric.replaceAll('_', ' ')

/** Smallest and largest place on the axis of all charts; null where there is nothing. */
export function extent(charts: readonly Chart[]): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity]
  for (const { lines } of charts) {
    for (const { xs } of lines) {
      if (!xs.length) continue
      low = Math.min(low, xs[0]!)
      high = Math.max(high, xs[xs.length - 1]!)
    }
  }
  return low <= high ? [low, high] : null
}
