import UPlot from 'uplot'
import { compactCount, duration, figure } from '../ui/format'
import { html, text } from '../ui/element'
import { dashOf, markerOf, markerPath } from '../ui/palette'
import type { Theme } from '../ui/theme'
import type { Chart, Line } from './charts'
import { decimate } from './decimate'
import { extremesOf } from './extremes'
import { logarithmicRoom, roomFor } from './ranges'
import type { Axis } from './runSeries'
import { moved, zoomed, type Stretch } from './stretch'

export interface CursorPlace {
  readonly x: number
  /** Where on the screen, and the chart's own place, which the tooltip should not cover. */
  readonly clientX: number
  readonly chart: DOMRect
}

export interface PlotEvents {
  /** The pointer or the keyboard is at a place of the axis; null: it left. */
  cursor(at: CursorPlace | null): void
  /** Shows a stretch of the axis in all charts; null: everything. */
  zoom(range: Stretch | null): void
}

export interface PlotView {
  readonly axis: Axis
  readonly range: Stretch
  /** From the first value to the last of all charts. */
  readonly whole: Stretch
  readonly logarithmic: boolean
}

const height = 168

/** One chart: a uPlot that is fed anew on each update and made anew only where its lines or scales change. */
export class Plot {
  private readonly title = html('figcaption')
  private readonly canvas = html('div', { class: 'plot', tabindex: 0, role: 'img' })
  readonly element = html('figure', { class: 'chart' }, this.title, this.canvas)
  private plot: UPlot | null = null
  private made = ''
  private chart: Chart | null = null
  private view: PlotView | null = null
  private at = -1
  private seen = false
  private due = false

  constructor(
    private readonly theme: Theme,
    private readonly events: PlotEvents,
  ) {
    this.canvas.addEventListener('keydown', event => this.key(event))
    this.canvas.addEventListener('wheel', event => this.wheel(event), { passive: false })
    this.canvas.addEventListener('blur', () => this.events.cursor(null))
  }

  /** A chart out of sight is drawn when it comes into view. */
  show(chart: Chart, view: PlotView): void {
    this.chart = chart
    this.view = view
    this.due = true
    text(this.title, chart.title)
    if (this.seen) this.draw()
    else this.canvas.setAttribute('aria-label', chart.title)
  }

  /** Another stretch of the same lines. */
  turn(view: PlotView): void {
    if (this.chart) this.show(this.chart, view)
  }

  set inView(seen: boolean) {
    this.seen = seen
    if (seen) this.draw()
  }

  /** Draws what was shown last, unless that was done. */
  draw(): void {
    const { chart, view } = this
    const width = this.canvas.clientWidth
    if (!this.due || !chart || !view || !width) return
    this.due = false
    this.canvas.setAttribute('aria-label', description(chart))
    const logarithmic = view.logarithmic && (chart.loss || positive(chart))
    const structure = JSON.stringify([
      this.theme.kind,
      logarithmic,
      view.axis,
      chart.lines.map(line => [line.colour, line.role, line.run, line.raw !== null]),
    ])
    const { data, dashes } = this.align(chart, view, width, logarithmic)
    const fits = structure === this.made
    if (!this.plot || !fits) {
      this.plot?.destroy()
      this.plot = new UPlot(this.options(chart, width, logarithmic), data, this.canvas)
      this.made = structure
    }
    dashes.forEach((dash, i) => (this.plot!.series[i + 1]!.dash = dash))
    if (fits) this.plot.setData(data)
  }

  /** Theme colours are drawn on a canvas: the next `show` draws them anew. */
  forget(): void {
    this.made = ''
  }

  resize(): void {
    const width = this.canvas.clientWidth
    if (!width || width === this.plot?.width) return
    this.plot?.setSize({ width, height })
    this.due = true
    if (this.seen) this.draw()
  }

  cursorAt(x: number | null): void {
    if (!this.plot) return
    this.plot.setCursor({ left: x === null ? -10 : this.plot.valToPos(x, 'x'), top: x === null ? -10 : 0 }, false)
  }

  /** What is drawn, for a picture; null before anything is. */
  get picture(): HTMLCanvasElement | null {
    return this.plot?.ctx.canvas ?? null
  }

  destroy(): void {
    this.plot?.destroy()
    this.element.remove()
  }

  /** Values and dashes of the series. Where a line is up and down within each pixel, dashes can't be seen, and take most of the time. */
  private align({ lines }: Chart, { range: [low, high] }: PlotView, width: number, logarithmic: boolean) {
    const drawn = lines.flatMap(({ xs, ys, raw, dash }) => [...(raw ? [{ xs, ys: raw, dash: 0 }] : []), { xs, ys, dash }])
    const { xs, curves, dense } = decimate(drawn, low, high, Math.max(50, Math.floor(width)), logarithmic)
    const data: UPlot.AlignedData = [xs, ...(curves as (number | null)[][])]
    return { data, dashes: drawn.map(({ dash }, i) => dashOf(dense[i] ? 0 : dash)) }
  }

  private options({ lines }: Chart, width: number, logarithmic: boolean): UPlot.Options {
    const { theme } = this
    const foreground = theme.variable('--vscode-descriptionForeground', theme.variable('--vscode-foreground'))
    const grid = `color-mix(in srgb, ${foreground} 22%, transparent)`
    const font = `11px ${theme.variable('--vscode-font-family', 'sans-serif')}`
    const look = { stroke: foreground, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 } }
    return {
      width,
      height,
      padding: [8, 10, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
        bind: {
          dblclick: () => () => {
            this.events.zoom(null)
            return null
          },
        },
      },
      scales: {
        x: { time: false, range: () => [...this.view!.range] },
        y: logarithmic
          ? { distr: 3, range: (_, low, high) => logarithmicRoom(low, high) }
          : { range: (_, low, high) => roomFor(low, high) },
      },
      axes: [
        {
          ...look,
          size: 26,
          space: 46,
          incrs: this.view!.axis === 'time' ? seconds : decimals,
          values: (_, splits) => splits.map(value => this.place(value)),
        },
        {
          ...look,
          size: (_, values) => 14 + 6.6 * Math.max(3, ...(values ?? []).map(value => value?.length ?? 0)),
          space: 28,
          values: (plot, splits) => splits.map(value => tick(value, logarithmic && decades(plot))),
        },
      ],
      series: [{}, ...lines.flatMap(line => [...(line.raw ? [this.raw(line)] : []), this.line(line)])],
      hooks: { setSelect: [plot => this.selected(plot)], setCursor: [plot => this.moved(plot)] },
    }
  }

  private line(line: Line): UPlot.Series {
    const colour = this.theme.colour(line.colour)
    const marked = line.role === 'validation'
    return {
      stroke: colour,
      width: marked ? 2 : 1.25,
      alpha: line.role === 'train' ? 0.75 : 1,
      spanGaps: true,
      points: marked ? { show: true, size: 7, fill: colour, paths: markers(line.marker), filter: sparse } : { show: false },
    }
  }

  private raw(line: Line): UPlot.Series {
    return { stroke: this.theme.colour(line.colour), width: 1, alpha: 0.3, spanGaps: true, points: { show: false } }
  }

  private place(value: number): string {
    return this.view?.axis === 'time' ? duration(value) : Number.isInteger(value) ? compactCount(value) : figure(value)
  }

  private selected(plot: UPlot): void {
    const { left, width } = plot.select
    if (width < 4) return
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    this.events.zoom([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')])
  }

  private moved(plot: UPlot): void {
    const { left = -1, event } = plot.cursor
    if (left < 0) this.events.cursor(null)
    else if (event) this.events.cursor({ x: plot.posToVal(left, 'x'), clientX: event.clientX, chart: this.canvas.getBoundingClientRect() })
  }

  /** With Ctrl the wheel zooms (a pinch on a touchpad arrives so too), with Shift or sideways it moves; else the page scrolls. */
  private wheel(event: WheelEvent): void {
    const { plot, view } = this
    if (!plot || !view) return
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : 0
    const { left, width } = plot.over.getBoundingClientRect()
    if (event.ctrlKey || event.metaKey) {
      const at = plot.posToVal(event.clientX - left, 'x')
      this.events.zoom(zoomed(view.range, view.whole, at, Math.exp(Math.max(-200, Math.min(200, event.deltaY * unit)) * 0.003)))
    } else if (sideways) this.events.zoom(moved(view.range, view.whole, (sideways * unit) / width))
    else return
    event.preventDefault()
  }

  /** Left and right walk along the values, Home and End go to the ends, plus and minus zoom, 0 shows everything, Escape leaves. */
  private key(event: KeyboardEvent): void {
    const plot = this.plot
    const xs = plot?.data[0]
    if (!plot || !xs?.length) return
    if (event.key === 'Escape') return this.events.cursor(null)
    const factor = { '+': 0.5, '=': 0.5, '-': 2, '0': Infinity }[event.key]
    if (factor !== undefined && this.view && !event.ctrlKey && !event.metaKey) {
      const { range, whole } = this.view
      const at = xs[this.at]
      const middle = at !== undefined && at >= range[0] && at <= range[1] ? at : (range[0] + range[1]) / 2
      this.events.zoom(factor === Infinity ? null : zoomed(range, whole, middle, factor))
      event.preventDefault()
      return
    }
    const stride = event.shiftKey ? 10 : 1
    const next = {
      ArrowLeft: this.at < 0 ? xs.length - 1 : this.at - stride,
      ArrowRight: this.at < 0 ? 0 : this.at + stride,
      Home: 0,
      End: xs.length - 1,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    this.at = Math.max(0, Math.min(xs.length - 1, next))
    const x = xs[this.at]!
    const { left } = plot.over.getBoundingClientRect()
    this.events.cursor({ x, clientX: left + plot.valToPos(x, 'x'), chart: this.canvas.getBoundingClientRect() })
  }
}

/** Steps between marks of the axis: 1, 2, 5, 10, …; of time, what clocks show. */
const decimals = [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap(power => [1, 2, 5].map(digit => Number(`${digit}e${power}`)))
const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800]

/** Whether a logarithmic scale can show every value; of losses it leaves out the few that are 0. */
const positive = ({ lines }: Chart): boolean =>
  lines.every(line => {
    const ys = line.raw ?? line.ys
    const all = extremesOf(ys, false)
    all.find(0, ys.length)
    return all.lowest < 0 || ys[all.lowest]! > 0
  })

/** How many powers of ten a logarithmic axis spans. */
const decades = ({ scales }: UPlot): number => Math.log10((scales.y!.max ?? 10) / (scales.y!.min ?? 1))

/** @param span of a logarithmic axis: over more than two powers of ten only these get a number, below 1, 2 and 5 do, or numbers would overlap */
function tick(value: number | null, span: number | false): string {
  if (value === null) return ''
  const digit = Number(value.toExponential(3).split('e')[0])
  if (span !== false && !(span > 2 ? [1] : [1, 2, 5]).includes(digit)) return ''
  return Math.abs(value) >= 10_000 ? compactCount(value) : figure(value)
}

/** Every n-th value gets a marker, so that markers stand far enough apart to be told from the line; the last one always does. */
function sparse(plot: UPlot, series: number): number[] {
  const { min = -Infinity, max = Infinity } = plot.scales.x!
  const [xs, ys] = [plot.data[0], plot.data[series]!]
  const present = Array.from(xs, (_, i) => i).filter(i => ys[i] !== null && ys[i] !== undefined && xs[i]! >= min && xs[i]! <= max)
  const every = Math.ceil(present.length / (plot.width / 18))
  return present.filter((_, place) => (present.length - 1 - place) % every === 0)
}

function markers(index: number): UPlot.Series.Points.PathBuilder {
  return (plot, series, from, to, filtered) => {
    const shape = new Path2D(markerPath(markerOf(index), 3.5 * devicePixelRatio))
    const path = new Path2D()
    const ys = plot.data[series] as (number | null | undefined)[]
    const indices = filtered ?? Array.from({ length: to - from + 1 }, (_, i) => from + i)
    for (const i of indices) {
      const y = ys[i]
      if (y === null || y === undefined) continue
      path.addPath(shape, new DOMMatrix().translate(plot.valToPos(plot.data[0][i]!, 'x', true), plot.valToPos(y, 'y', true)))
    }
    return { stroke: null, fill: path, clip: null, flags: 0 }
  }
}

/** The chart in words: where each line stands now. */
function description({ title, lines }: Chart): string {
  const last = (line: Line) => line.ys.findLast(Number.isFinite)
  const parts = lines.map(line => [line.label, last(line) === undefined ? 'no value' : figure(last(line)!)].filter(Boolean).join(' '))
  return `${title}: ${parts.join(', ')}. Arrow keys read values, plus and minus zoom.`
}
