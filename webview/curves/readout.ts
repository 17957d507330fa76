import { html } from '../ui/element'
import { duration, figure } from '../ui/format'
import { markerIcon } from '../ui/markerIcon'
import { table, type Cell } from '../ui/table'
import type { Chart, Line, ShownRun } from './charts'
import { nearestIndex, type Axis } from './runSeries'

/** What all curves say at one place of the axis: the only tooltip of the panel. A row per run and task, a column per quantity. */
export function readout(charts: readonly Chart[], runs: readonly ShownRun[], tasks: readonly string[], axis: Axis, x: number): Node[] {
  const columns: string[] = []
  const rows = new Map<string, { run: ShownRun; task: string | null; values: Map<string, number> }>()
  for (const chart of charts) {
    for (const line of chart.lines) {
      const value = valueAt(line, x)
      const run = runs.find(candidate => candidate.id === line.run)
      if (value === null || !run) continue
      const column = columnOf(chart, line)
      const key = JSON.stringify([line.run, line.task])
      const row = rows.get(key) ?? { run, task: line.task, values: new Map<string, number>() }
      rows.set(key, row)
      row.values.set(column, value)
      if (line.task !== null && !columns.includes(column)) columns.push(column)
    }
  }
  const whole = [...rows.values()].filter(row => row.task === null)
  const perTask = [...rows.values()].filter(row => row.task !== null)
  perTask.sort((a, b) => a.run.index - b.run.index || tasks.indexOf(a.task!) - tasks.indexOf(b.task!))
  const several = runs.length > 1
  const cells = perTask.map(({ run, task, values }): Cell[] => [
    { content: html('span', { class: 'chip' }, markerIcon(several ? run.index : tasks.indexOf(task!)), task), header: true },
    ...columns.map(column => ({ content: values.has(column) ? figure(values.get(column)!) : '', numeric: true })),
  ])
  const notes = whole.map(({ run, values }) => {
    const facts = [...values].map(([name, value]) => `${name} ${figure(value)}`).join(' · ')
    return html('p', { class: 'muted' }, several && html('span', { class: 'chip' }, markerIcon(run.index), `${run.label}:`), ` ${facts}`)
  })
  const head = html('p', {}, html('strong', {}, placeText(axis, x, runs)))
  return [head, ...(cells.length ? [table('', ['', ...columns.map(content => ({ content, numeric: true }))], cells)] : []), ...notes]
}

const columnOf = (chart: Chart, line: Line): string => {
  if (line.role === 'value') return line.task === null ? chart.title : 'weight'
  return line.role === 'train' || chart.title === 'loss' ? `${line.role} ${chart.title}` : chart.title
}

function placeText(axis: Axis, x: number, runs: readonly ShownRun[]): string {
  const step = runs.length === 1 ? runs[0]!.series.stepAt(axis, x) : null
  if (axis === 'step') return `step ${Math.round(x)}`
  const place = axis === 'epoch' ? `epoch ${x.toFixed(2)}` : duration(x)
  return step === null ? place : `${place} · step ${step}`
}

/** The value of the nearest row, unless that lies outside of the line. */
function valueAt(line: Line, x: number): number | null {
  const { xs, ys } = line
  if (!xs.length) return null
  const spacing = xs.length > 1 ? (xs[xs.length - 1]! - xs[0]!) / (xs.length - 1) : Infinity
  if (x < xs[0]! - spacing || x > xs[xs.length - 1]! + spacing) return null
  const value = ys[nearestIndex(xs, x)]!
  return Number.isFinite(value) ? value : null
}
