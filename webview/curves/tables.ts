import type { TaskMetrics } from '../../src/runs/events'
import { html } from '../ui/element'
import { figure } from '../ui/format'
import { markerIcon } from '../ui/markerIcon'
import { table, type Cell } from '../ui/table'
import { metricTitle, type ShownRun } from './charts'
import { metricOf } from './runSeries'

export interface BestMetrics {
  readonly run: ShownRun
  readonly metrics: TaskMetrics
  /** False while the run goes on: these are of the best checkpoint so far. */
  readonly final: boolean
}

/**
 * A task's metrics of the best checkpoint, a column per run: validation, and test once the run has ended.
 * @returns null where there is none yet
 */
export function bestTable(task: string, runs: readonly BestMetrics[]): HTMLElement | null {
  const present = runs.filter(({ metrics }) => metrics[task] && Object.keys(metrics[task]).length)
  if (!present.length) return null
  const names = [
    ...new Set(
      present.flatMap(({ metrics }) => Object.keys(metrics[task]!).flatMap(name => /^(?:validation|test)_(.*)/.exec(name)?.[1] ?? [])),
    ),
  ]
  const splits = (['validation', 'test'] as const).filter(split =>
    present.some(({ metrics }) => names.some(name => `${split}_${name}` in metrics[task]!)),
  )
  const several = runs.length > 1
  const columns = present.flatMap(({ run }) =>
    splits.map((split): Cell => ({
      content: several ? html('span', { class: 'chip' }, markerIcon(run.index), split) : split,
      numeric: true,
      title: several ? run.label : undefined,
    })),
  )
  const rows = names.map((name): Cell[] => [
    { content: metricTitle(name), header: true },
    ...present.flatMap(({ metrics }) =>
      splits.map(split => {
        const value = metrics[task]![`${split}_${name}`]
        return { content: value === undefined ? '' : figure(value), numeric: true }
      }),
    ),
  ])
  return html(
    'figure',
    // Of several runs it may be wider than its place.
    {
      class: several ? 'best several' : 'best',
      ...(several && { tabindex: 0, role: 'region', 'aria-label': `Best checkpoints of ${task}` }),
    },
    table(
      present.every(({ final }) => final) ? 'best checkpoint' : 'best checkpoint so far',
      [{ content: html('span', { class: 'visually-hidden' }, 'metric') }, ...columns],
      rows,
    ),
  )
}

/** The curves as numbers: per run a row for each epoch. The text alternative of the charts. */
export function epochTable(run: ShownRun, tasks: readonly string[]): HTMLElement {
  const { epochs, steps } = run.series
  const wanted = tasks.flatMap(task =>
    run.series
      .metricNames(task)
      .flatMap(metric =>
        ['train', 'validation'].map(split => ({ task, split, metric, column: epochs.column(metricOf(task, `${split}_${metric}`)) })),
      ),
  )
  const columns = wanted.filter(entry => entry.column)
  const heads = columns.map(({ task, split, metric }): Cell => ({ content: `${task} ${split} ${metricTitle(metric)}`, numeric: true }))
  const epochAxis = run.series.axis(epochs, 'epoch')
  const rows = Array.from({ length: epochs.length }, (_, i): Cell[] => [
    { content: figure(epochAxis[i]!), header: true },
    { content: String(epochs.step.at(i)), numeric: true },
    ...columns.map(({ column }) => ({ content: Number.isFinite(column!.at(i)) ? figure(column!.at(i)) : '', numeric: true })),
  ])
  const caption = rows.length ? run.label : `${run.label}: no epoch finished yet (${steps.length} steps so far)`
  return html(
    'div',
    { class: 'epochs', tabindex: 0, role: 'region', 'aria-label': `Epochs of ${run.label}` },
    table(caption, ['epoch', { content: 'step', numeric: true }, ...heads], rows),
  )
}
