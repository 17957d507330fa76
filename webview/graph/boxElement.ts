import type { LayerMark } from '../../src/protocol/graphPanel'
import { conflictMark, markText } from './conflictMark'
import { svg } from '../ui/element'
import { markerOf, markerPath } from '../ui/palette'
import { colourVariable } from '../ui/theme'
import type { Size } from './elkGraph'
import { boxName, drawnText } from './labels'
import { groupTitle, isShared, metrics } from './measure'
import type { Group } from './groups'
import type { Box } from './scene'

const { padding, line, top, strip, gap, marker, toggle, groupHeader: titleHeight } = metrics

/** Width of a space in the drawing's fonts, near enough. */
const space = 4

/** The inside of a box around its own origin: frame, two lines of text, the strip that tells which tasks use it. */
export function boxElement(box: Box, size: Size, taskNames: readonly string[], mark?: LayerMark): SVGGElement {
  const { content } = box
  const { title, detail, note } = drawnText(box)
  const own = content.kind === 'task' ? taskNames.indexOf(content.task.name) : -1
  const frame = svg('rect', {
    class: 'frame',
    width: size.width,
    height: size.height,
    rx: content.kind === 'input' ? 14 : content.kind === 'task' ? 8 : 4,
  })
  const start = padding + (own >= 0 ? marker : content.kind === 'group' ? toggle : 0)
  const first = svg(
    'text',
    { x: start, y: top + line - 5 },
    svg('tspan', { class: 'title' }, title),
    // A real space between words, for what reads them; `gap` counts it in.
    ' ',
    detail && svg('tspan', { class: 'detail', dx: gap - space }, detail),
  )
  const second = svg('text', { class: 'note', x: padding, y: top + 2 * line - 4 }, note)
  const kind = box.tasks.length === 0 ? `${content.kind} unused` : content.kind
  const g = svg(
    'g',
    { class: `box ${kind}`, 'data-id': box.id, role: 'button', tabindex: -1, 'aria-label': boxName(box) },
    frame,
    first,
    ' ',
    second,
    ' ',
  )
  if (own >= 0) {
    const sign = svg('path', { d: markerPath(markerOf(own), 6), transform: `translate(${padding + 6} ${top + line - 9})` })
    sign.style.fill = frame.style.stroke = colourVariable(own)
    g.append(sign)
  } else g.append(taskStrip(box.tasks, size, taskNames))
  if (content.kind === 'group') g.append(chevron(true, padding - 2, top + line - 17), stackedEdge(size))
  if (isShared(content) && 'applications' in content) {
    g.append(sharedMark(content.applications, size.width - padding, top + line - 5))
  }
  if (mark) {
    g.append(conflictMark(mark))
    g.setAttribute('aria-label', `${boxName(box)}, ${markText(mark)}`)
  }
  return g
}

/** One slot per task in the tasks' order, filled where the task uses the node: place and colour say the same. */
function taskStrip(used: readonly string[], size: Size, taskNames: readonly string[]): SVGGElement {
  const room = (size.width - 2 * padding - (taskNames.length - 1) * 3) / Math.max(1, taskNames.length)
  const slots = taskNames.map((name, i) => {
    const slot = svg('rect', {
      class: used.includes(name) ? 'slot' : 'slot free',
      x: padding + i * (room + 3),
      y: size.height - strip - 3,
      width: Math.max(1, room),
      height: strip - 2,
      rx: 1,
    })
    if (used.includes(name)) slot.style.fill = colourVariable(i)
    return slot
  })
  return svg('g', { class: 'strip', 'aria-hidden': 'true' }, ...slots)
}

/** The frame of an expanded group; it lies behind the edges. */
export function groupFrame(group: Group, taskNames: readonly string[]): SVGGElement {
  const frame = svg('rect', { class: 'frame', rx: 6 })
  const own = group.kind === 'head' ? taskNames.indexOf(group.tasks[0]!) : -1
  if (own >= 0) frame.style.stroke = colourVariable(own)
  return svg('g', { class: `groupFrame ${group.kind}` }, frame)
}

/** The title of an expanded group, before the edges; it collapses the group. */
export function groupHeader(group: Group, taskNames: readonly string[], width: number): SVGGElement {
  const { title, note } = groupTitle(group, taskNames.length)
  const label = svg(
    'text',
    { x: toggle, y: 14 },
    svg('tspan', { class: 'title' }, title),
    ' ',
    svg('tspan', { class: 'note', dx: gap - space }, note),
  )
  const header = svg(
    'g',
    {
      class: 'header',
      'data-group': group.id,
      role: 'button',
      // Blocks are many: their titles are no stops of the Tab key, as the key C collapses them from within.
      tabindex: group.kind === 'block' ? -1 : 0,
      'aria-expanded': 'true',
      'aria-label': `${group.title} ${note}, collapse`,
      transform: 'translate(12 8)',
    },
    svg('rect', { class: 'hit', x: -4, y: -2, width: width + 10, height: titleHeight + 2 }),
    chevron(false, 0, 1),
    label,
    group.kind === 'shared' && svg('title', {}, group.tasks.join(', ')),
  )
  return svg('g', { class: `groupHeader ${group.kind}` }, header)
}

/** The frame follows the placement, the rest of a group stays. */
export function sizeGroup(element: SVGGElement, size: Size): void {
  for (const [name, value] of [
    ['width', size.width],
    ['height', size.height],
  ] as const) {
    element.querySelector<SVGRectElement>('.frame')!.style.setProperty(name, `${value}px`)
  }
}

const chevron = (closed: boolean, x: number, y: number): SVGPathElement =>
  svg('path', { class: 'chevron', d: closed ? 'M4 3l5 5-5 5' : 'M3 5l5 5 5-5', transform: `translate(${x} ${y})` })

/** Two sheets and a number: one layer, applied so many times. */
const sharedMark = (applications: number, x: number, y: number): SVGGElement =>
  svg(
    'g',
    { class: 'sharedMark' },
    svg('path', { d: 'M0 3h7v7h-7zM3 3v-3h7v7h-3', transform: `translate(${x - 24} ${y - 9})` }),
    svg('text', { x, y, 'text-anchor': 'end' }, String(applications)),
  )

const stackedEdge = (size: Size): SVGPathElement => svg('path', { class: 'stack', d: `M6 ${size.height + 3}H${size.width - 6}` })
