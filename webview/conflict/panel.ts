import {
  measures,
  type ConflictAction,
  type ConflictDelta,
  type ConflictPanelState,
  type ConflictSnapshot,
  type Measure,
} from '../../src/protocol/conflictPanel'
import type { RunSummary } from '../../src/runs/summary'
import type { PairTable } from '../../src/conflict/pairs'
import type { Listener } from '../channel'
import type { Chart } from '../curves/charts'
import { pngOf } from '../curves/export'
import type { Host } from '../host'
import { html } from '../ui/element'
import { Menu } from '../ui/menu'
import { pngPicture, svgPicture } from '../ui/picture'
import { Theme } from '../ui/theme'
import { Tooltip } from '../ui/tooltip'
import { Choices } from './choices'
import { ConflictSeries, matrixOf, meanMatrix } from './conflictSeries'
import { diagnosis, pairTable } from './diagnosis'
import { csvOf } from './export'
import { entryText, HeatMap, matrixTable } from './heatMap'
import { Player } from './player'
import { ranking } from './ranking'
import { trajectories } from './trajectories'
import { Trends } from './trends'

const defaults: ConflictPanelState = { run: null, measure: 'cosine', layer: null, step: null, table: false }

/** At most five drawings a second, however fast events come. */
const interval = 200

const measureTitles: Readonly<Record<Measure, string>> = {
  cosine: 'Cosine of task gradients',
  magnitude: 'Similarity of the lengths of gradients times weights',
  affinity: 'Affinity to first order: what a step for the row’s task does for the column’s',
  lookAhead: 'Affinity by real steps: what a step for the row’s task does for the column’s',
}

/** One run's conflict between tasks: what came from the extension, what is chosen here, and the drawing of both. */
export class ConflictPanel implements Listener<ConflictSnapshot, ConflictDelta> {
  private state: ConflictPanelState
  private runs: readonly RunSummary[] = []
  private run: { readonly id: string; readonly series: ConflictSeries } | null = null
  private charts: readonly Chart[] = []
  private matrix: PairTable | null = null
  private timer: number | undefined
  private drawn = 0
  private known = false
  private readonly theme = new Theme(() => {
    this.trends.forget()
    this.schedule()
  })
  private readonly tooltip = new Tooltip()
  private readonly menu = new Menu()
  private readonly choices: Choices
  private readonly player = new Player(step => this.change({ step }))
  private readonly heatMap = new HeatMap((pair, cell) => this.readPair(pair, cell))
  private readonly trends: Trends
  private readonly heading = html('h2')
  private readonly matrixPlace = html('div', { class: 'matrix' })
  private readonly aside = html('div', { class: 'aside' })
  private readonly pairs = html('div')
  private readonly empty = html('div', { class: 'empty' }, html('h2', {}, 'Looking for runs…'))
  private readonly content: HTMLElement

  constructor(
    root: HTMLElement,
    private readonly host: Host<ConflictAction, ConflictPanelState>,
  ) {
    this.state = host.saved ?? defaults
    const ofRun = (kind: 'openModel' | 'showCurves') => this.run && host.send({ kind, run: this.run.id })
    this.choices = new Choices(this.state, {
      run: run => host.send({ kind: 'show', run }),
      change: change => this.change(change),
      openModel: () => ofRun('openModel'),
      showCurves: () => ofRun('showCurves'),
      export: anchor => this.openExport(anchor),
    })
    this.trends = new Trends(this.theme, this.tooltip)
    this.content = html(
      'main',
      { class: 'content' },
      html(
        'div',
        { class: 'upper' },
        html('section', { class: 'heat', 'aria-label': 'Tasks against tasks' }, this.heading, this.matrixPlace, this.player.element),
        this.aside,
      ),
      this.trends.element,
      this.pairs,
    )
    root.replaceChildren(this.choices.element, this.empty, this.content, this.tooltip.element, this.menu.element)
    this.draw()
  }

  snapshot({ runs, shown }: ConflictSnapshot): void {
    this.known = true
    this.runs = runs
    const same = shown !== null && shown.id === this.state.run
    this.run = shown && { id: shown.id, series: new ConflictSeries() }
    if (shown) this.run!.series.append(shown.events)
    if (!same) this.player.stop()
    // A layer or step of another run means nothing here.
    this.save({ run: shown?.id ?? null, ...(!same && { layer: null, step: null }) })
    this.schedule()
  }

  delta({ runs, append }: ConflictDelta): void {
    if (runs) this.runs = runs
    if (append && append.id === this.run?.id) this.run.series.append(append.events)
    this.schedule()
  }

  private change(change: Partial<ConflictPanelState>): void {
    this.save(change)
    this.draw()
  }

  private save(change: Partial<ConflictPanelState>): void {
    this.state = { ...this.state, ...change }
    this.host.save(this.state)
  }

  private schedule(): void {
    this.timer ??= window.setTimeout(
      () => {
        this.timer = undefined
        this.drawn = performance.now()
        this.draw()
      },
      Math.max(0, this.drawn + interval - performance.now()),
    )
  }

  private get tasks(): readonly string[] {
    return this.runs.find(run => run.id === this.run?.id)?.tasks ?? this.run?.series.summary?.tasks ?? []
  }

  private draw(): void {
    const { state, run, tasks } = this
    const series = run?.series
    const drawable = series !== undefined && series.samples.length > 0 && tasks.length > 1
    this.drawEmpty(drawable)
    const layer = state.layer !== null && series?.layers.includes(state.layer) ? state.layer : null
    const offered = measures.filter(measure => measure !== 'lookAhead' || series?.samples.some(sample => sample.lookAhead))
    this.choices.show(this.runs, run?.id ?? null, offered, series?.layers ?? [], { ...state, layer })
    if (!drawable) return
    const at = state.step === null ? null : Math.max(0, series.at(state.step))
    const samples = at === null ? series.settled : [series.samples[at]!]
    this.matrix = at === null ? meanMatrix(samples, layer, state.measure) : matrixOf(samples[0]!, layer, state.measure)
    const when =
      at === null ? `mean of ${samples.length} steps from ${samples[0]!.step} to ${samples.at(-1)!.step}` : `step ${samples[0]!.step}`
    const title = `${measureTitles[state.measure]}, ${layer ?? 'whole trunk'}, ${when}`
    this.heading.textContent = title
    this.drawMatrix(title)
    this.player.show(
      series.samples.map(({ step }) => step),
      at,
    )
    const { summary } = series
    const focused = this.aside.contains(document.activeElement) ? document.activeElement!.textContent : null
    this.aside.replaceChildren(
      ...(summary
        ? [diagnosis(summary), ranking(summary, layer, chosen => this.change({ layer: chosen }))]
        : [html('p', { class: 'muted' }, 'The first summary comes with the end of an epoch.')]),
    )
    if (focused !== null) [...this.aside.querySelectorAll('button')].find(({ textContent }) => textContent === focused)?.focus()
    const pairs = summary && pairTable(summary)
    this.pairs.replaceChildren(...(pairs ? [pairs] : []))
    this.charts = trajectories(series, tasks, layer)
    this.trends.show(this.charts, state.table)
  }

  private drawMatrix(title: string): void {
    const { matrix, state, tasks } = this
    if (!matrix) {
      const why =
        state.measure === 'lookAhead'
          ? 'Look-ahead affinities are measured at some steps, and for the whole trunk only.'
          : 'This run has no such values.'
      this.matrixPlace.replaceChildren(html('p', { class: 'muted' }, why))
    } else if (state.table) this.matrixPlace.replaceChildren(matrixTable(matrix, tasks, state.measure, title))
    else {
      this.heatMap.show(matrix, tasks, state.measure, title)
      if (this.heatMap.element.parentElement !== this.matrixPlace) this.matrixPlace.replaceChildren(this.heatMap.element)
    }
  }

  private drawEmpty(drawable: boolean): void {
    this.empty.hidden = this.known && drawable
    this.content.hidden = !drawable
    this.choices.element.hidden = this.runs.length === 0
    if (!this.known || drawable) return
    const [title, advice] = !this.run
      ? ['No runs yet', '▶ Train above a model starts the first one; how its tasks get on appears here while it trains.']
      : this.tasks.length < 2
        ? ['One task only', 'Conflict is between tasks: this run has one.']
        : ['No samples yet', 'Task gradients are sampled from the tenth step on, where tasks share layers.']
    this.empty.replaceChildren(html('h2', {}, title), html('p', {}, advice))
  }

  private readPair(pair: readonly [number, number] | null, cell: DOMRect | null): void {
    if (!pair || !cell || !this.run) return this.tooltip.hide()
    const [i, j] = pair
    const { tasks, state } = this
    const { series } = this.run
    const layer = state.layer !== null && series.layers.includes(state.layer) ? state.layer : null
    const at = state.step === null ? null : Math.max(0, series.at(state.step))
    const lines = measures.flatMap(measure => {
      const table = at === null ? meanMatrix(series.settled, layer, measure) : matrixOf(series.samples[at]!, layer, measure)
      const value = table?.[i]?.[j] ?? null
      return value === null ? [] : [html('div', {}, `${measureTitles[measure].split(':')[0]}: ${entryText(value, measure)}`)]
    })
    this.tooltip.show([html('strong', {}, i === j ? tasks[i]! : `${tasks[i]} and ${tasks[j]}`), ...lines], cell.left + cell.width / 2, cell)
  }

  private openExport(anchor: HTMLElement): void {
    const { run, matrix, state, tasks } = this
    if (!run) return
    const name = `${(this.runs.find(one => one.id === run.id)?.model ?? 'model').replace(/\.mtl\.ts$/, '')}-conflict`
    const save = (ending: string, encoding: 'utf8' | 'base64', data: string) =>
      this.host.send({ kind: 'save', name: `${name}.${ending}`, content: { encoding, data } })
    const picture = () => svgPicture(this.heatMap.picture, this.heatMap.size, this.heading.textContent)
    const drawn = matrix !== null && !state.table
    const pictures = [
      { label: 'Heat map as SVG picture', run: () => save('svg', 'utf8', picture()) },
      { label: 'Heat map as PNG picture', run: () => void pngPicture(picture()).then(data => save('png', 'base64', data)) },
      { label: 'Trajectories as PNG picture', run: () => save('png', 'base64', pngOf(this.trends.pictures(), [])) },
    ]
    const csv = { label: 'Values as CSV', run: () => save('csv', 'utf8', csvOf(run.series, tasks)) }
    this.menu.open('Save', [[...(drawn ? pictures : []), csv]], anchor.getBoundingClientRect(), anchor)
  }
}
