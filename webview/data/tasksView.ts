import type { DataReport, Relatedness, TaskPair } from '../../src/ir/dataReport'
import { dropdown } from '../ui/controls'
import { html } from '../ui/element'
import { count, figure } from '../ui/format'
import { stacked, table, type Cell } from '../ui/table'
import { scrolled } from './columnsView'

const measures = { cramersV: 'Cramér’s V', correlationRatio: 'correlation ratio', pearson: 'Pearson correlation' } as const

/** How the tasks hang together, before anything is trained. */
export function tasksView({ relatedness }: DataReport): HTMLElement {
  const { pairs } = relatedness
  if (pairs.length === 0)
    return html('div', {}, html('p', {}, 'The model has one task: there is nothing to relate it to.'), probeSection(relatedness))
  return html('div', {}, probeSection(relatedness), pairSection(pairs), coOccurrence(pairs))
}

const rounded = (value: number | null): string => (value === null ? '–' : figure(Number(value.toFixed(3))))
const cell = (value: number | null): Cell => ({ content: rounded(value), numeric: true })

function probeSection({ tasks, probes, transfer, rows, width, projected }: Relatedness): HTMLElement {
  const head: (string | Cell)[] = [
    'probe of',
    {
      content: 'own skill',
      numeric: true,
      title: 'Share of the label’s variance on the validation split that a linear model of the inputs explains',
    },
    ...tasks.map((task): Cell => ({
      content: `→ ${task}`,
      numeric: true,
      title: `Share of the skill for ${task} that the probe alone holds`,
    })),
  ]
  const lines = tasks.map((task, i) => [
    { content: task, header: true },
    cell(probes[i]?.skill ?? null),
    ...transfer[i]!.map((value, j): Cell => (i === j ? { content: '', numeric: true } : { content: shaded(value), numeric: true })),
  ])
  const seen = `${count(width)} inputs${projected ? ' after random projection' : ''}; fitted on ${count(rows.train)} rows of the training split, measured on ${count(rows.validation)} of the validation split.`
  return html(
    'section',
    {},
    html('h2', {}, 'Linear probes and transfer'),
    html(
      'p',
      { class: 'muted' },
      `A linear model of the inputs predicts each task (own skill: 1 is perfect, 0 is the mean). Then what the probe of one task says of a row, and nothing else, predicts another: 1 means that it holds all that the other’s own probe finds, 0 nothing of it. ${seen}`,
    ),
    scrolled('Transfer between linear probes', table('', head, lines)),
  )
}

/** A figure on a ground that is stronger the more it is. */
function shaded(value: number | null, text = rounded(value)): HTMLElement {
  const element = html('span', { class: 'shaded' }, text)
  if (value !== null) element.style.setProperty('--share', `${Math.round(Math.max(0, Math.min(1, Math.abs(value))) * 45)}%`)
  return element
}

function pairSection(pairs: readonly TaskPair[]): HTMLElement {
  const head: (string | Cell)[] = [
    'tasks',
    { content: 'association', numeric: true, title: 'Of the labels, by the measure that fits their kinds' },
    {
      content: 'information',
      numeric: true,
      title: 'Mutual information of the labels in nats, corrected for the bias of small samples; numbers in eight parts of equal size',
    },
    { content: 'normalised', numeric: true, title: 'Divided by the geometric mean of the entropies' },
    { content: 'similarity', numeric: true, title: '1 − Jensen-Shannon distance of the label distributions' },
    { content: 'rows', numeric: true, title: 'Rows of the training split with both labels' },
  ]
  const lines = pairs.map(({ a, b, association, mutualInformation, normalized, similarity, rows }) => [
    { content: stacked(`${a} · ${b}`, association ? measures[association.measure] : 'no association'), header: true },
    association ? { content: shaded(association.value), numeric: true } : '',
    cell(mutualInformation),
    { content: shaded(normalized), numeric: true },
    cell(similarity),
    { content: count(rows), numeric: true },
  ])
  return html('section', {}, html('h2', {}, 'Labels that go together'), scrolled('Labels that go together', table('', head, lines)))
}

function coOccurrence(pairs: readonly TaskPair[]): HTMLElement {
  const shown = pairs.filter(({ table }) => table !== null)
  if (shown.length === 0) return html('section', { hidden: true })
  const place = html('div')
  const draw = (index: number) => place.replaceChildren(pairTable(shown[index]!))
  draw(0)
  const choice = dropdown(
    'Tasks',
    shown.map(({ a, b }, i) => [String(i), `${a} · ${b}`] as const),
    '0',
    chosen => draw(Number(chosen)),
  )
  return html('section', {}, html('h2', {}, 'Rows with both labels'), shown.length > 1 && choice, place)
}

/** Shaded by the share of the row: what one label says of the other. */
function pairTable({ a, b, table: found }: TaskPair): HTMLElement {
  const { rows, columns, counts } = found!
  const lines = rows.map((name, i) => {
    const sum = counts[i]!.reduce((x, y) => x + y, 0)
    return [
      { content: name, header: true },
      ...counts[i]!.map((value): Cell => ({ content: shaded(sum > 0 ? value / sum : 0, count(value)), numeric: true })),
    ]
  })
  const head: Cell[] = [{ content: `${a} ↓ ${b} →` }, ...columns.map(name => ({ content: name, numeric: true }))]
  return scrolled(`Rows by ${a} and ${b}`, table('', head, lines))
}
