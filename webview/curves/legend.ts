import { html, svg } from '../ui/element'
import { dashOf, markerOf, markerPath } from '../ui/palette'
import { colourVariable } from '../ui/theme'
import type { Chart, ShownRun } from './charts'

/** What the strokes mean: train and validation, and with several runs the look of each run. */
export function legend(charts: readonly Chart[], runs: readonly ShownRun[], several: boolean): Node[] {
  const roles = new Set(charts.flatMap(chart => chart.lines.map(line => line.role)))
  const samples = [
    roles.has('train') && html('span', { class: 'chip' }, stroke(null, 1.25, [], null), 'train'),
    roles.has('validation') && html('span', { class: 'chip' }, stroke(null, 2, [], 0), 'validation'),
    ...(several ? runs.map(run => html('span', { class: 'chip' }, stroke(run.index, 2, dashOf(run.index), run.index), run.label)) : []),
  ]
  return samples.filter(sample => sample !== false)
}

export function stroke(colour: number | null, width: number, dash: readonly number[], marker: number | null): SVGSVGElement {
  const paint = colour === null ? 'currentColor' : colourVariable(colour)
  const line = svg('path', { d: 'M0 7H32', 'stroke-width': width, 'stroke-dasharray': dash.join(' ') })
  line.style.stroke = paint
  const picture = svg('svg', { width: 32, height: 14, 'aria-hidden': 'true' }, line)
  if (marker !== null) {
    const sign = svg('path', { d: markerPath(markerOf(marker), 3.5), transform: 'translate(16 7)' })
    sign.style.fill = paint
    picture.append(sign)
  }
  return picture
}
