import type { PairTable } from '../../src/conflict/pairs'
import type { Measure } from '../../src/protocol/conflictPanel'
import { svg } from '../ui/element'
import { figure, shortened } from '../ui/format'
import { table, type Cell } from '../ui/table'

const [width, height, left, top] = [74, 40, 96, 26]

/** Numbers of one width where they lie within ±1, else as short as they go. */
export const entryText = (value: number | null, measure: Measure): string =>
  value === null
    ? '–'
    : measure === 'cosine' || measure === 'magnitude'
      ? value.toFixed(2).replace('-', '−')
      : figure(Number(value.toPrecision(2))).replace('-', '−')

/**
 * Tasks × tasks. Below 0 a cell is hatched and orange, above it is blue, the stronger the further; the number stands in it, so that
 * colour is never needed. Arrow keys walk from cell to cell.
 */
export class HeatMap {
  readonly element = svg('svg', { class: 'heatMap', role: 'grid' })
  private world = svg('g')
  private focus: readonly [number, number] = [0, 1]
  private cells: SVGGElement[][] = []

  constructor(private readonly chosen: (pair: readonly [number, number] | null, cell: DOMRect | null) => void) {
    this.element.addEventListener('keydown', event => this.key(event))
    this.element.addEventListener('pointerleave', () => chosen(null, null))
    this.element.addEventListener('focusout', () => chosen(null, null))
  }

  get size(): { width: number; height: number } {
    const T = this.cells.length
    return { width: left + T * width, height: top + T * height }
  }

  get picture(): SVGGElement {
    return this.world
  }

  show(values: PairTable, tasks: readonly string[], measure: Measure, title: string): void {
    const held = this.element.contains(document.activeElement)
    // What a step does for its own task is far more than what it does for others.
    const others = values.flatMap((row, i) => row.map((value, j) => (i === j ? 0 : Math.abs(value ?? 0))))
    const largest = measure === 'affinity' || measure === 'lookAhead' ? Math.max(1e-30, ...others) : 1
    const heads = tasks.map((task, j) =>
      svg(
        'text',
        { class: 'head', x: left + (j + 0.5) * width, y: top - 9, 'text-anchor': 'middle', role: 'columnheader' },
        shortened(task, 10),
      ),
    )
    this.cells = tasks.map((from, i) =>
      tasks.map((to, j) => this.cell(values[i]?.[j] ?? null, largest, measure, [i, j], `${from} ${arrow(measure)} ${to}`)),
    )
    const rows = tasks.map((task, i) =>
      svg(
        'g',
        { role: 'row' },
        svg(
          'text',
          { class: 'head', x: left - 8, y: top + (i + 0.5) * height + 4, 'text-anchor': 'end', role: 'rowheader' },
          shortened(task, 13),
        ),
        ...this.cells[i]!,
      ),
    )
    this.world = svg('g', { role: 'rowgroup' }, svg('g', { role: 'row' }, ...heads), ...rows)
    this.element.replaceChildren(this.world)
    const { width: w, height: h } = this.size
    for (const [name, value] of Object.entries({ width: w, height: h, viewBox: `0 0 ${w} ${h}`, 'aria-label': title }))
      this.element.setAttribute(name, String(value))
    if (this.focus.some(at => at >= tasks.length)) this.focus = [0, 0]
    const cell = this.cells[this.focus[0]]?.[this.focus[1]]
    cell?.setAttribute('tabindex', '0')
    if (held) cell?.focus()
  }

  private cell(value: number | null, largest: number, measure: Measure, pair: readonly [number, number], name: string): SVGGElement {
    const [i, j] = pair
    const strength = value === null ? 0 : Math.min(1, Math.abs(value) / largest)
    const frame = svg('rect', { class: 'frame', width: width - 2, height: height - 2 })
    if (value !== null)
      frame.style.fill = `color-mix(in srgb, var(--mtl-colour-${value < 0 ? 1 : 0}) ${Math.round(55 * strength)}%, var(--vscode-editor-background))`
    const cell = svg(
      'g',
      {
        class: i === j ? 'cell own' : 'cell',
        transform: `translate(${left + j * width + 1} ${top + i * height + 1})`,
        role: 'gridcell',
        tabindex: -1,
        'aria-label': `${name}: ${entryText(value, measure)}`,
        'data-pair': `${i} ${j}`,
      },
      frame,
      value !== null && value < 0 && svg('path', { class: 'hatch', d: hatching(width - 2, height - 2) }),
      svg('text', { class: 'value', x: width / 2 - 1, y: height / 2 + 3, 'text-anchor': 'middle' }, entryText(value, measure)),
    )
    cell.addEventListener('pointerenter', () => this.chosen(pair, cell.getBoundingClientRect()))
    cell.addEventListener('focus', () => this.chosen(pair, cell.getBoundingClientRect()))
    return cell
  }

  private key(event: KeyboardEvent): void {
    const T = this.cells.length
    const [i, j] = this.focus
    const next = (
      {
        ArrowUp: [i - 1, j],
        ArrowDown: [i + 1, j],
        ArrowLeft: [i, j - 1],
        ArrowRight: [i, j + 1],
        Home: [i, 0],
        End: [i, T - 1],
      } as Record<string, [number, number]>
    )[event.key]
    if (!next) return
    event.preventDefault()
    if (next.some(at => at < 0 || at >= T)) return
    this.cells[i]![j]!.setAttribute('tabindex', '-1')
    this.focus = next
    const cell = this.cells[next[0]]![next[1]]!
    cell.setAttribute('tabindex', '0')
    cell.focus()
  }
}

/** Affinity has a direction: what the row's task does for the column's. */
const arrow = (measure: Measure): string => (measure === 'affinity' || measure === 'lookAhead' ? 'for' : 'and')

/** Diagonals along the edges of a rectangle, so that the number in its middle stays clear. */
function hatching(w: number, h: number): string {
  const lines: string[] = []
  for (let k = 7; k < w + h; k += 7) {
    const [x1, y1, x2, y2] = [Math.min(k, w), Math.max(0, k - w), Math.max(0, k - h), Math.min(k, h)]
    const [a, b] = [1 - 9 / Math.max(9, h), 9 / h]
    if (a > b && y1 < b * h && y2 > a * h) {
      // From the upper edge's band, and again in the lower one's.
      const at = (y: number) => x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)
      lines.push(`M${x1} ${y1}L${at(b * h).toFixed(1)} ${(b * h).toFixed(1)}`, `M${at(a * h).toFixed(1)} ${(a * h).toFixed(1)}L${x2} ${y2}`)
    } else lines.push(`M${x1} ${y1}L${x2} ${y2}`)
  }
  return lines.join('')
}

/** The same as a table. */
export function matrixTable(values: PairTable, tasks: readonly string[], measure: Measure, title: string): HTMLElement {
  const rows = tasks.map((task, i): Cell[] => [
    { content: task, header: true },
    ...tasks.map((_, j) => ({ content: entryText(values[i]?.[j] ?? null, measure), numeric: true })),
  ])
  return table(title, ['task', ...tasks.map(task => ({ content: task, numeric: true }))], rows)
}
