import type { CurvesAction, CurvesDelta, CurvesPanelState, CurvesSnapshot, RunCurves } from '../../src/protocol/curvesPanel'
import type { ProgressEvent } from '../../src/runs/events'
import type { RunSummary } from '../../src/runs/summary'
import type { Listener } from '../channel'
import type { Host } from '../host'
import { html } from '../ui/element'
import { Menu } from '../ui/menu'
import { dashOf } from '../ui/palette'
import { Theme } from '../ui/theme'
import { Tooltip } from '../ui/tooltip'
import { extent, makeCharts, type Chart, type ShownRun } from './charts'
import { Controls } from './controls'
import { csvOf, exportName, pngOf, type LegendEntry } from './export'
import { legend } from './legend'
import { readout } from './readout'
import type { CursorPlace, PlotView } from './plot'
import { RunChooser } from './runChooser'
import { RunRow, runLabel } from './runRow'
import { RunSeries } from './runSeries'
import { Sections } from './sections'
import type { Stretch } from './stretch'
import { epochTable, type BestMetrics } from './tables'

const defaults: CurvesPanelState = {
  runs: [],
  hiddenTasks: [],
  hiddenRuns: [],
  axis: 'epoch',
  logarithmic: false,
  smoothing: 0,
  table: false,
  zoom: null,
}

/** At most ten drawings a second, however fast events come. */
const interval = 100

/** Runs as curves: what came from the extension, what is chosen here, and the drawing of both. */
export class CurvesPanel implements Listener<CurvesSnapshot, CurvesDelta> {
  private state: CurvesPanelState
  private summaries: readonly RunSummary[] = []
  private series = new Map<string, RunSeries>()
  private readonly rows = new Map<string, RunRow>()
  private charts: readonly Chart[] = []
  private zoom: Stretch | null = null
  private turning: number | undefined
  private saving: number | undefined
  private timer: number | undefined
  private drawn = 0
  private known = false
  private readonly theme = new Theme(() => {
    this.sections.forget()
    this.schedule()
  })
  private readonly tooltip = new Tooltip()
  private readonly menu = new Menu()
  private readonly chooser: RunChooser
  private readonly controls: Controls
  private readonly sections: Sections
  private readonly rowList = html('div')
  private readonly legend = html('div', { class: 'legend' })
  private readonly tables = html('div', { class: 'tables', hidden: true })
  private readonly empty = html('div', { class: 'empty' }, html('h2', {}, 'Looking for runs…'))
  private readonly content = html('main', { class: 'content' })

  constructor(
    root: HTMLElement,
    private readonly host: Host<CurvesAction, CurvesPanelState>,
  ) {
    this.state = host.saved ?? defaults
    this.zoom = this.state.zoom ?? null
    this.chooser = new RunChooser(runs => host.send({ kind: 'show', runs }))
    this.controls = new Controls(this.chooser.element, this.state, {
      change: settings => this.change(settings),
      resetZoom: () => this.zoomTo(null),
      export: anchor => this.openExport(anchor),
    })
    this.sections = new Sections(this.theme, {
      cursor: place => this.cursor(place),
      zoom: range => this.zoomTo(range),
    })
    this.content.append(this.legend, this.sections.element, this.tables)
    root.replaceChildren(this.controls.element, this.rowList, this.empty, this.content, this.tooltip.element, this.menu.element)
    window.addEventListener('pagehide', () => this.known && this.save({}))
    this.draw()
  }

  snapshot(snapshot: CurvesSnapshot): void {
    this.known = true
    this.summaries = snapshot.runs
    this.series = new Map(snapshot.shown.map(({ id }) => [id, new RunSeries()]))
    this.append(snapshot.shown)
    this.save({ runs: snapshot.shown.map(({ id }) => id) })
    this.schedule()
  }

  delta(delta: CurvesDelta): void {
    if (delta.runs) {
      const changed = new Map(delta.runs.map(run => [run.id, run]))
      const kept = this.summaries.map(run => changed.get(run.id) ?? run)
      const added = delta.runs.filter(run => !this.summaries.some(known => known.id === run.id))
      this.summaries = [...added, ...kept]
    }
    if (delta.append) this.append(delta.append)
    this.schedule()
  }

  private append(curves: readonly RunCurves[]): void {
    for (const { id, events } of curves) this.series.get(id)?.append(events)
  }

  private change(settings: Partial<CurvesPanelState>): void {
    const turned = settings.axis && settings.axis !== this.state.axis
    if (turned) this.zoom = null
    this.save(settings)
    this.schedule()
  }

  private save(change: Partial<CurvesPanelState>): void {
    clearTimeout(this.saving)
    this.state = { ...this.state, ...change, zoom: this.zoom }
    this.host.save(this.state)
  }

  /** A hand that zooms gets a picture with each frame, VS Code hears of it once it rests. */
  private zoomTo(range: Stretch | null): void {
    this.zoom = range
    this.turning ??= requestAnimationFrame(() => {
      this.turning = undefined
      this.controls.zoomed(this.zoom !== null)
      const view = this.view()
      if (view) this.sections.turn(view)
    })
    clearTimeout(this.saving)
    this.saving = window.setTimeout(() => this.save({}), 200)
  }

  /** What the charts show of the axis; null where there is nothing yet. */
  private view(): PlotView | null {
    const whole = extent(this.charts)
    const { axis, logarithmic } = this.state
    return whole && { axis, logarithmic, whole, range: this.zoom ?? whole }
  }

  private schedule(): void {
    if (this.timer !== undefined) return
    this.timer = window.setTimeout(
      () => {
        this.timer = undefined
        this.drawn = performance.now()
        this.draw()
      },
      Math.max(0, this.drawn + interval - performance.now()),
    )
  }

  private get shown(): RunSummary[] {
    return [...this.series.keys()].flatMap(id => this.summaries.find(run => run.id === id) ?? [])
  }

  /** Those of the shown runs that are not hidden. */
  private get visible(): ShownRun[] {
    const { shown } = this
    return shown
      .map((run, index): ShownRun => ({ id: run.id, label: runLabel(run), index, series: this.series.get(run.id)! }))
      .filter(run => shown.length < 2 || !this.state.hiddenRuns.includes(run.id))
  }

  private draw(): void {
    const { state, shown, visible: runs } = this
    const several = shown.length > 1
    const tasks = [...new Set(shown.flatMap(run => run.tasks))]
    this.chooser.update(
      this.summaries,
      shown.map(run => run.id),
    )
    this.drawRows(shown)
    this.controls.update(tasks, state.hiddenTasks, !several)
    this.controls.zoomed(this.zoom !== null)
    this.charts = makeCharts(
      runs,
      { axis: state.axis, smoothing: state.smoothing, tasks, hiddenTasks: new Set(state.hiddenTasks) },
      several,
    )
    const view = this.view()
    this.drawEmpty(shown, view !== null)
    if (view) {
      this.legend.replaceChildren(...legend(this.charts, runs, several))
      this.sections.show(this.charts, view, tasks, this.best(runs), !several)
    }
    this.sections.element.hidden = state.table
    this.legend.hidden = state.table
    this.tables.hidden = !state.table
    if (state.table)
      this.tables.replaceChildren(
        ...runs.map(run =>
          epochTable(
            run,
            tasks.filter(task => !state.hiddenTasks.includes(task)),
          ),
        ),
      )
  }

  private openExport(anchor: HTMLElement): void {
    const { visible: runs } = this
    const name = exportName(this.shown)
    const save = (ending: string, encoding: 'utf8' | 'base64', data: string) =>
      this.host.send({ kind: 'save', name: `${name}.${ending}`, content: { encoding, data } })
    const pictures = this.sections.pictures(this.charts)
    const png = { label: 'Charts as PNG picture', run: () => save('png', 'base64', pngOf(pictures, this.legendEntries(runs))) }
    const csv = { label: 'Values as CSV', run: () => save('csv', 'utf8', csvOf(runs)) }
    // Charts that are not drawn, because the table is shown, give no picture.
    this.menu.open('Save', [[...(pictures.length && !this.state.table ? [png] : []), csv]], anchor.getBoundingClientRect(), anchor)
  }

  private legendEntries(runs: readonly ShownRun[]): LegendEntry[] {
    const plain = this.theme.variable('--vscode-foreground')
    const several = this.shown.length > 1
    return [
      { label: 'train', colour: plain, dash: [], width: 1.25 },
      { label: 'validation', colour: plain, dash: [], width: 2 },
      ...(several ? runs.map(({ label, index }) => ({ label, colour: this.theme.colour(index), dash: dashOf(index), width: 2 })) : []),
    ]
  }

  private best(runs: readonly ShownRun[]): BestMetrics[] {
    return runs.map(run => ({
      run,
      metrics: run.series.final ?? this.summaries.find(({ id }) => id === run.id)?.best ?? {},
      final: run.series.final !== null,
    }))
  }

  private drawRows(shown: readonly RunSummary[]): void {
    for (const [id, row] of this.rows) {
      if (shown.some(run => run.id === id)) continue
      row.element.remove()
      this.rows.delete(id)
    }
    shown.forEach((run, index) => {
      let row = this.rows.get(run.id)
      if (!row) {
        row = new RunRow(run.id, this.state.hiddenRuns.includes(run.id), {
          act: action => this.host.send(action),
          hide: (id, hidden) => {
            this.save({ hiddenRuns: [...this.state.hiddenRuns.filter(other => other !== id), ...(hidden ? [id] : [])] })
            this.schedule()
          },
        })
        this.rows.set(run.id, row)
      }
      if (this.rowList.children[index] !== row.element) this.rowList.insertBefore(row.element, this.rowList.children[index] ?? null)
      row.update(upToDate(run, this.series.get(run.id)?.latest ?? null), shown.length > 1 ? index : null)
    })
  }

  private drawEmpty(shown: readonly RunSummary[], drawable: boolean): void {
    this.empty.hidden = !this.known ? false : drawable
    this.content.hidden = !drawable
    this.controls.element.hidden = this.summaries.length === 0
    if (!this.known || drawable) return
    const [title, advice] = !this.summaries.length
      ? ['No runs yet', '▶ Train above a model starts the first one; its curves appear here while it trains.']
      : !shown.length
        ? ['No run chosen', 'Choose one or several under “Runs” above.']
        : ['No values yet', 'The first losses appear within moments of the start.']
    this.empty.replaceChildren(html('h2', {}, title), html('p', {}, advice))
  }

  private cursor(place: CursorPlace | null): void {
    this.sections.cursorAt(place?.x ?? null)
    if (!place) return this.tooltip.hide()
    const shown = this.shown
    const runs = shown.map((run, index) => ({ id: run.id, label: runLabel(run), index, series: this.series.get(run.id)! }))
    this.tooltip.show(
      readout(this.charts, runs, [...new Set(shown.flatMap(run => run.tasks))], this.state.axis, place.x),
      place.clientX,
      place.chart,
    )
  }
}

/** Events come faster than summaries: the later of the two tells where a run stands. */
function upToDate(run: RunSummary, latest: ProgressEvent | null): RunSummary {
  if (!latest || latest.step <= run.step || run.status === 'completed') return run
  const { step, steps, epoch, epochs, secondsLeft, examplesPerSecond } = latest
  return { ...run, step, steps, epoch, epochs, secondsLeft, examplesPerSecond }
}
