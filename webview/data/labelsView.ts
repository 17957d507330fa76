import type { DataReport, TaskLabels } from '../../src/ir/dataReport'
import type { DataAction } from '../../src/protocol/dataPanel'
import { link } from '../ui/controls'
import { html } from '../ui/element'
import { count, figure } from '../ui/format'
import { table, type Cell } from '../ui/table'
import { bars, partNames } from './bars'
import { percent, scrolled } from './columnsView'

const titles = { train: 'training', validation: 'validation', test: 'test' } as const
const mostClasses = 40

/** The labels of each task, split by split. */
export function labelsView({ tasks, sources }: DataReport, act: (action: DataAction) => void): HTMLElement {
  const place = ({ column, source }: TaskLabels) =>
    sources.length > 1 ? `${column} in ${sources.find(one => one.source === source)?.path ?? ''}` : column
  return html(
    'div',
    { class: 'labels' },
    ...tasks.map(task => {
      const heading = html(
        'h2',
        {},
        link(task.task, () => act({ kind: 'reveal', source: task.source, task: task.task })),
      )
      const about = html('p', { class: 'muted' }, `${task.kind} of ${place(task)}`)
      return html(
        'section',
        {},
        heading,
        about,
        scrolled(`Labels of ${task.task}`, task.classes ? classTable(task, task.classes) : numberTable(task)),
      )
    }),
  )
}

function classTable({ splits }: TaskLabels, classes: readonly string[]): HTMLElement {
  const order = [...classes.keys()].sort((a, b) => splits[0]!.counts[b]! - splits[0]!.counts[a]!)
  const present = splits.map(({ rows, missing }) => rows - missing)
  const rows = order.slice(0, mostClasses).map(c => [
    { content: classes[c]!, header: true },
    ...splits.map(({ counts, rows }, s): Cell => {
      const share = present[s]! > 0 ? counts[c]! / present[s]! : 0
      return { content: rows === 0 ? '' : shareCell(counts[c]!, share), numeric: true }
    }),
  ])
  const left = order.length - mostClasses
  const more =
    left > 0
      ? [
          [
            { content: `${count(left)} rarer classes`, header: true },
            ...splits.map(({ counts }) => number(order.slice(mostClasses).reduce((sum, c) => sum + counts[c]!, 0))),
          ],
        ]
      : []
  return table(
    '',
    ['class', ...splits.map(({ name }): Cell => ({ content: titles[name], numeric: true }))],
    [...rows, ...more, missingRow(splits)],
  )
}

const number = (value: number): Cell => ({ content: count(value), numeric: true })

function missingRow(splits: TaskLabels['splits']): (string | Cell)[] {
  const text = ({ missing, rows }: TaskLabels['splits'][number]) => (missing > 0 ? `${count(missing)} (${percent(missing / rows)})` : '0')
  return [{ content: 'no label', header: true }, ...splits.map((split): Cell => ({ content: text(split), numeric: true }))]
}

function shareCell(value: number, share: number): HTMLElement {
  const bar = html('span', { class: 'shareBar', 'aria-hidden': 'true' }, html('span', { class: 'fill' }))
  ;(bar.firstElementChild as HTMLElement).style.width = `${100 * share}%`
  return html('div', { class: value === 0 ? 'share none' : 'share' }, `${count(value)} (${percent(share)})`, bar)
}

function numberTable({ task, edges, splits }: TaskLabels): HTMLElement {
  const [low, high] = [edges![0]!, edges!.at(-1)!]
  const names = partNames(low, high, edges!.length - 1)
  const charts = splits.map(({ name, counts, rows }): Cell => ({
    content: rows === 0 ? '' : bars(counts, names, `Histogram of ${task}, ${titles[name]} split, from ${figure(low)} to ${figure(high)}`),
  }))
  const range = { content: `${figure(low)} … ${figure(high)}`, header: true }
  const rows = splits.map(({ rows }): Cell => ({ content: count(rows) }))
  const missing = missingRow(splits).map((cell, i) => (i > 0 ? { ...(cell as Cell), numeric: false } : cell))
  return table(
    '',
    ['values', ...splits.map(({ name }) => titles[name])],
    [[range, ...charts], [{ content: 'rows', header: true }, ...rows], missing],
  )
}
