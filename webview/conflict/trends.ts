import { extent, type Chart } from '../curves/charts'
import { stroke } from '../curves/legend'
import type { Picture } from '../curves/export'
import { Plot, type CursorPlace } from '../curves/plot'
import { nearestIndex } from '../curves/runSeries'
import type { Stretch } from '../curves/stretch'
import { html } from '../ui/element'
import { count, figure } from '../ui/format'
import { dashOf } from '../ui/palette'
import { table, type Cell } from '../ui/table'
import type { Theme } from '../ui/theme'
import type { Tooltip } from '../ui/tooltip'

interface Shown {
  readonly plot: Plot
  readonly legend: HTMLElement
  readonly element: HTMLElement
}

/** Rows of the tables that stand for the charts. */
const tableRows = 200

/** The trajectories under each other's cursor, or as tables. */
export class Trends {
  readonly element = html('section', { class: 'trends', 'aria-label': 'Over steps' })
  private readonly shown = new Map<string, Shown>()
  private charts: readonly Chart[] = []
  private zoom: Stretch | null = null

  constructor(
    private readonly theme: Theme,
    private readonly tooltip: Tooltip,
  ) {
    new ResizeObserver(() => this.shown.forEach(({ plot }) => plot.resize())).observe(this.element)
  }

  show(charts: readonly Chart[], asTables: boolean): void {
    this.charts = charts
    if (asTables) {
      for (const { plot } of this.shown.values()) plot.destroy()
      this.shown.clear()
      this.element.replaceChildren(...charts.map(valueTable))
      return
    }
    const elements = charts.map(chart => {
      const entry = this.shown.get(chart.id) ?? this.make(chart.id)
      const chips = chart.lines.map(line => html('span', { class: 'chip' }, stroke(line.colour, 1.5, dashOf(line.dash), null), line.label))
      entry.legend.replaceChildren(...chips)
      return entry.element
    })
    // Elements that stay where they are keep the focus.
    if (elements.length !== this.element.children.length || elements.some((element, i) => this.element.children[i] !== element))
      this.element.replaceChildren(...elements)
    this.feed()
  }

  /** Theme colours have changed. */
  forget(): void {
    for (const { plot } of this.shown.values()) plot.forget()
  }

  pictures(): Picture[] {
    return this.charts.flatMap(({ id, title, lines }) => {
      const canvas = this.shown.get(id)?.plot.picture
      return canvas ? [{ canvas, title: `${title}: ${lines.map(line => line.label).join(', ')}`, section: '' }] : []
    })
  }

  private feed(): void {
    const whole = extent(this.charts)
    if (!whole) return
    for (const chart of this.charts)
      this.shown.get(chart.id)?.plot.show(chart, { axis: 'step', logarithmic: chart.loss, whole, range: this.zoom ?? whole })
  }

  private make(id: string): Shown {
    const plot = new Plot(this.theme, {
      cursor: place => this.read(place),
      zoom: range => {
        this.zoom = range
        this.feed()
      },
    })
    plot.inView = true
    const legend = html('div', { class: 'legend' })
    const entry = { plot, legend, element: html('div', { class: 'trend' }, plot.element, legend) }
    this.shown.set(id, entry)
    return entry
  }

  private read(place: CursorPlace | null): void {
    for (const { plot } of this.shown.values()) plot.cursorAt(place?.x ?? null)
    if (!place) return this.tooltip.hide()
    const rows = this.charts.flatMap(({ title, lines }) =>
      lines.flatMap(({ label, xs, ys, raw }): Cell[][] => {
        const value = (raw ?? ys)[nearestIndex(xs, place.x)]
        return value === undefined || !Number.isFinite(value)
          ? []
          : [[{ content: title, header: true }, { content: label }, { content: figure(value), numeric: true }]]
      }),
    )
    const heads = ['', 'what', 'value'].map(head => html('span', { class: 'visually-hidden' }, head)).map(content => ({ content }))
    this.tooltip.show([table(`step ${count(Math.round(place.x))}`, heads, rows)], place.clientX, place.chart)
  }
}

/** A chart's unsmoothed values, of long runs every n-th step. */
function valueTable({ title, lines }: Chart): HTMLElement {
  const xs = lines[0]!.xs
  const stride = Math.max(1, Math.ceil(xs.length / tableRows))
  const rows = Array.from({ length: Math.ceil(xs.length / stride) }, (_, k): Cell[] => [
    { content: String(xs[k * stride]), header: true },
    ...lines.map(({ ys, raw }) => {
      const value = (raw ?? ys)[k * stride]!
      return { content: Number.isFinite(value) ? figure(value) : '', numeric: true }
    }),
  ])
  const heads = ['step', ...lines.map(({ label }) => ({ content: label, numeric: true }))]
  return html('div', { class: 'values', tabindex: 0, role: 'region', 'aria-label': title }, table(title, heads, rows))
}
