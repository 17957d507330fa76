import { html } from '../ui/element'
import { markerIcon } from '../ui/markerIcon'
import type { Theme } from '../ui/theme'
import type { Chart } from './charts'
import type { Picture } from './export'
import { Plot, type PlotEvents, type PlotView } from './plot'
import { bestTable, type BestMetrics } from './tables'

interface Section {
  readonly element: HTMLElement
  readonly grid: HTMLElement
  readonly title: HTMLElement
  best: HTMLElement | null
}

/** Small multiples: a section per task with its charts in a row, and one for the run as a whole. Plots live on from update to update. */
export class Sections {
  readonly element = html('div', { class: 'sections' })
  private readonly sections = new Map<string | null, Section>()
  private readonly plots = new Map<string, Plot>()
  private readonly sight: IntersectionObserver

  constructor(
    private readonly theme: Theme,
    private readonly events: PlotEvents,
  ) {
    this.sight = new IntersectionObserver(
      entries => {
        for (const { target, isIntersecting } of entries)
          for (const plot of this.plots.values()) if (plot.element === target) plot.inView = isIntersecting
      },
      { rootMargin: '100px' },
    )
    new ResizeObserver(() => this.plots.forEach(plot => plot.resize())).observe(this.element)
  }

  show(charts: readonly Chart[], view: PlotView, tasks: readonly string[], best: readonly BestMetrics[], coloured: boolean): void {
    const ids = new Set(charts.map(chart => chart.id))
    for (const [id, plot] of this.plots) {
      if (ids.has(id)) continue
      this.sight.unobserve(plot.element)
      plot.destroy()
      this.plots.delete(id)
    }
    const wanted = [...tasks, null].filter(task => charts.some(chart => chart.task === task))
    for (const [task, section] of this.sections) {
      if (wanted.includes(task)) continue
      section.element.remove()
      this.sections.delete(task)
    }
    wanted.forEach((task, place) => {
      const section = this.section(task, place)
      const icon = task === null ? [] : [markerIcon(tasks.indexOf(task), coloured)]
      section.title.replaceChildren(...icon, task ?? 'Training')
      for (const chart of charts.filter(candidate => candidate.task === task)) this.plot(chart, section.grid).show(chart, view)
      section.best?.remove()
      section.best = task === null ? null : bestTable(task, best)
      if (section.best) section.grid.append(section.best)
    })
  }

  /** The same charts over another stretch of the axis. */
  turn(view: PlotView): void {
    for (const plot of this.plots.values()) plot.turn(view)
  }

  cursorAt(x: number | null): void {
    for (const plot of this.plots.values()) plot.cursorAt(x)
  }

  /** Theme colours have changed. */
  forget(): void {
    for (const plot of this.plots.values()) plot.forget()
  }

  /** The charts in the order in which they stand on the page. */
  pictures(charts: readonly Chart[]): Picture[] {
    for (const plot of this.plots.values()) plot.draw()
    return [...this.sections.keys()].flatMap(task =>
      charts
        .filter(chart => chart.task === task)
        .flatMap(({ id, title }) => {
          const canvas = this.plots.get(id)?.picture
          return canvas ? [{ canvas, title, section: task ?? '' }] : []
        }),
    )
  }

  private section(task: string | null, place: number): Section {
    const known = this.sections.get(task)
    if (known) return known
    const title = html('h2')
    const grid = html('div', { class: 'grid' })
    const section = {
      element: html('section', { 'aria-label': task === null ? 'Training' : `Task ${task}` }, title, grid),
      grid,
      title,
      best: null,
    }
    this.element.insertBefore(section.element, this.element.children[place] ?? null)
    this.sections.set(task, section)
    return section
  }

  private plot(chart: Chart, grid: HTMLElement): Plot {
    let plot = this.plots.get(chart.id)
    if (!plot) {
      plot = new Plot(this.theme, this.events)
      this.plots.set(chart.id, plot)
      this.sight.observe(plot.element)
    }
    if (plot.element.parentElement !== grid) grid.append(plot.element)
    return plot
  }
}
