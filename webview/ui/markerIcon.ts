import { svg } from './element'
import { markerOf, markerPath } from './palette'
import { colourVariable } from './theme'

/** A small marker in the colour of an index: the sign of a task or a run in lists, titles and legends. */
export function markerIcon(index: number, coloured = true): SVGSVGElement {
  const path = svg('path', { d: markerPath(markerOf(index), 5) })
  path.style.fill = coloured ? colourVariable(index) : 'currentColor'
  return svg('svg', { class: 'marker', viewBox: '-7 -7 14 14', width: 12, height: 12, 'aria-hidden': 'true' }, path)
}
