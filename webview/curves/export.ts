import type { ShownRun } from './charts'
import type { Table } from './column'

/**
 * All values of the shown runs, a row per run, kind of record and step, unsmoothed: what has no value in a row is empty.
 * @returns comma separated values as RFC 4180 has them, first line the names
 */
export function csvOf(runs: readonly ShownRun[]): string {
  const tables = runs.flatMap(run =>
    (['steps', 'epochs', 'progress'] as const).map(kind => ({ run, kind: records[kind], table: run.series[kind] })),
  )
  const names = [...new Set(tables.flatMap(({ table }) => table.names))]
  const rows = tables.flatMap(({ run, kind, table }) => [...rowsOf(run, kind, table, names)])
  return [['run', 'record', 'step', 'epoch', 'seconds', ...names].map(quoted).join(','), ...rows].join('\r\n') + '\r\n'
}

const records = { steps: 'step', epochs: 'epoch', progress: 'progress' } as const

function* rowsOf(run: ShownRun, kind: string, table: Table, names: readonly string[]): Generator<string> {
  const [epochs, seconds] = [run.series.axis(table, 'epoch'), run.series.axis(table, 'time')]
  const columns = names.map(name => table.column(name))
  // Two runs of one minute have the same label.
  const id = quoted(run.id)
  for (let i = 0; i < table.length; i++) {
    const values = columns.map(column => number(column?.at(i)))
    yield [id, kind, table.step.at(i), number(epochs[i]), number(seconds[i]), ...values].join(',')
  }
}

const number = (value: number | undefined): string => (value === undefined || !Number.isFinite(value) ? '' : String(value))

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A chart as it stands on the page. */
export interface Picture {
  readonly canvas: HTMLCanvasElement
  readonly title: string
  /** The task whose section it stands in. */
  readonly section: string
}

export interface LegendEntry {
  readonly label: string
  readonly colour: string
  readonly dash: readonly number[]
  readonly width: number
}

const gap = 16
const titleHeight = 20

/** All charts with their titles and the legend in one picture. @returns base64 of a PNG, as fine as the screen */
export function pngOf(pictures: readonly Picture[], legend: readonly LegendEntry[]): string {
  const ratio = devicePixelRatio
  const width = Math.max(...pictures.map(({ canvas }) => canvas.width / ratio))
  const height = Math.max(...pictures.map(({ canvas }) => canvas.height / ratio))
  const columns = Math.min(3, pictures.length)
  const style = getComputedStyle(document.body)
  const top = gap + (legend.length ? 24 : 0)
  const rows = Math.ceil(pictures.length / columns)
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil((gap + columns * (width + gap)) * ratio)
  canvas.height = Math.ceil((top + rows * (titleHeight + height + gap)) * ratio)
  const context = canvas.getContext('2d')!
  context.scale(ratio, ratio)
  context.fillStyle = style.backgroundColor
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.font = `12px ${style.fontFamily}`
  context.textBaseline = 'middle'
  drawLegend(context, legend, style.color)
  pictures.forEach(({ canvas: chart, title, section }, i) => {
    const x = gap + (i % columns) * (width + gap)
    const y = top + Math.floor(i / columns) * (titleHeight + height + gap)
    context.fillStyle = style.color
    context.fillText(section ? `${section}: ${title}` : title, x, y + titleHeight / 2)
    context.drawImage(chart, x, y + titleHeight, chart.width / ratio, chart.height / ratio)
  })
  return canvas.toDataURL('image/png').split(',')[1]!
}

function drawLegend(context: CanvasRenderingContext2D, legend: readonly LegendEntry[], foreground: string): void {
  let x = gap
  for (const { label, colour, dash, width } of legend) {
    context.strokeStyle = colour
    context.lineWidth = width
    context.setLineDash([...dash])
    context.beginPath()
    context.moveTo(x, gap)
    context.lineTo(x + 28, gap)
    context.stroke()
    context.fillStyle = foreground
    context.fillText(label, x + 34, gap)
    x += 34 + context.measureText(label).width + 20
  }
}

/** 'penguins-curves' */
export const exportName = (runs: readonly { readonly model: string }[]): string =>
  `${[...new Set(runs.map(run => run.model.replace(/\.mtl\.ts$/, '')))].join('-')}-curves`
