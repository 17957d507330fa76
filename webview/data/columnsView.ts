import type { ColumnReport, DataReport, SourceReport } from '../../src/ir/dataReport'
import type { DataAction } from '../../src/protocol/dataPanel'
import { checkbox, link } from '../ui/controls'
import { html } from '../ui/element'
import { count, figure, plural } from '../ui/format'
import { stacked, table, type Cell } from '../ui/table'
import { bars, partNames } from './bars'

export interface ColumnFilter {
  readonly filter: string
  readonly usedOnly: boolean
}

/** Every column of the sources: what it holds, what lacks, what stands out. */
export function columnsView(
  { sources }: DataReport,
  chosen: ColumnFilter,
  change: (filter: ColumnFilter) => void,
  act: (action: DataAction) => void,
): HTMLElement {
  let now = chosen
  const body = html('div')
  const draw = () => body.replaceChildren(...sources.map(source => sourceTable(source, now, act)))
  const turn = (next: Partial<ColumnFilter>) => {
    now = { ...now, ...next }
    change(now)
    draw()
  }
  const search = html('input', {
    class: 'input',
    type: 'search',
    placeholder: 'Filter columns',
    'aria-label': 'Filter columns',
    value: now.filter,
  })
  search.addEventListener('input', () => turn({ filter: search.value }))
  const used = checkbox('Only those that the model uses', now.usedOnly, usedOnly => turn({ usedOnly }))
  draw()
  return html('div', {}, html('div', { class: 'group filters' }, search, used.element), body)
}

function sourceTable(source: SourceReport, { filter, usedOnly }: ColumnFilter, act: (action: DataAction) => void): HTMLElement {
  const needle = filter.trim().toLowerCase()
  const shown = source.columns.filter(column => column.name.toLowerCase().includes(needle) && (!usedOnly || column.usedBy.length > 0))
  const heading = html(
    'h2',
    {},
    link(source.path, () => act({ kind: 'reveal', source: source.source })),
  )
  const facts = html(
    'p',
    { class: 'muted' },
    `${source.kind}, ${plural(source.rows, 'row')}, ${plural(source.columns.length + source.further, 'column')}`,
  )
  if (shown.length === 0) return html('section', {}, heading, facts, html('p', {}, 'No column fits the filter.'))
  const head = ['column', 'values', number('missing'), number('distinct'), number('outliers')]
  return html(
    'section',
    {},
    heading,
    facts,
    scrolled(
      `Columns of ${source.path}`,
      table(
        '',
        head,
        shown.map(column => row(column, source.rows)),
      ),
    ),
  )
}

const number = (content: string | Node, title?: string): Cell => ({ content, numeric: true, ...(title !== undefined && { title }) })

/** A table that may be wider than the panel. */
export const scrolled = (label: string, content: HTMLElement): HTMLElement =>
  html('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': label }, content)

function row(column: ColumnReport, rows: number): (string | Cell)[] {
  const { name, type, usedBy, missing, distinct, outliers, quartiles, mean } = column
  const spread = quartiles
    ? `median ${figure(quartiles[2])}, quartiles ${figure(quartiles[1])} and ${figure(quartiles[3])}, mean ${figure(mean!)}`
    : undefined
  return [
    { content: stacked(name, [type, ...usedBy].join(' · ')), header: true },
    { content: values(column), ...(spread !== undefined && { title: spread }) },
    number(missing > 0 && rows > 0 ? stacked(count(missing), percent(missing / rows)) : count(missing)),
    number(distinct === null ? '' : distinct === 1 && missing === 0 ? stacked('1', 'constant') : count(distinct)),
    outliers
      ? number(
          outliers.count === 0 ? '0' : stacked(count(outliers.count), percent(outliers.count / outliers.of)),
          `outside ${figure(outliers.low)} … ${figure(outliers.high)}: 1.5 interquartile ranges beyond the quartiles`,
        )
      : '',
  ]
}

/** How they are spread: a histogram over its range, or the most frequent ones by name. */
function values({ name, histogram, quartiles }: ColumnReport): Node | string {
  if (!histogram) return ''
  if (histogram.kind === 'numbers') {
    const { low, high, counts } = histogram
    const ends = quartiles ? [quartiles[0], quartiles[4]] : [low, high]
    return html(
      'div',
      { class: 'values' },
      bars(counts, partNames(low, high, counts.length), `Histogram of ${name} from ${figure(low)} to ${figure(high)}`),
      html('div', { class: 'below ends' }, ...ends.map(end => html('span', {}, figure(end)))),
    )
  }
  const { values, counts, others } = histogram
  if (values.length === 0) return ''
  const [names, sizes] =
    others > 0
      ? [
          [...values, 'others'],
          [...counts, others],
        ]
      : [values, counts]
  const told = (shown: number) => values.slice(0, shown).map((value, i) => `${value} ${count(counts[i]!)}`)
  return html(
    'div',
    { class: 'values' },
    bars(sizes, names, `Most frequent values of ${name}: ${told(3).join(', ')}`),
    html('div', { class: 'below names', title: told(values.length).join('\n') }, told(3).join(' · ')),
  )
}

export const percent = (share: number): string => (share > 0 && share < 0.001 ? '< 0.1%' : `${figure(Number((100 * share).toFixed(1)))}%`)
