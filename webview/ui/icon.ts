import { svg } from './element'

/** Outlines on a 16×16 field, drawn for this product. */
const outlines = {
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  play: 'M4 2.5v11l9-5.5z',
  stop: 'M3.5 3.5h9v9h-9z',
  plus: 'M7.25 3h1.5v4.25H13v1.5H8.75V13h-1.5V8.75H3v-1.5h4.25z',
  minus: 'M3 7.25h10v1.5H3z',
  fit: 'M2 2h4v1.4H3.4V6H2zM10 2h4v4h-1.4V3.4H10zM2 10h1.4v2.6H6V14H2zM12.6 10H14v4h-4v-1.4h2.6zM5 5h6v6H5z',
  list: 'M2 3h2v2H2zM5.5 3.3H14v1.4H5.5zM2 7h2v2H2zM5.5 7.3H14v1.4H5.5zM2 11h2v2H2zM5.5 11.3H14v1.4H5.5z',
  graph: 'M5.5 1.5h5v4H8.7v1.6h3.6v3.4h1.2v4h-5v-4H11V8.4H5v2.1h2.5v4h-5v-4h1.2V7.1h3.6V5.5H5.5z',
  file: 'M3.5 1.5h6l3 3v10h-9zM5 3v10h6V5.2H8.8V3z',
  reset: 'M8 3a5 5 0 1 1-4.6 3l1.3.6A3.6 3.6 0 1 0 8 4.4v2L4.6 3.7 8 1z',
  chevron: 'M3.2 5.5 8 10.3l4.8-4.8 1 1L8 12.3 2.2 6.5z',
  search: 'M6.8 2a4.8 4.8 0 0 1 3.8 7.7l3.6 3.6-1 1-3.6-3.6A4.8 4.8 0 1 1 6.8 2zm0 1.4a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8z',
  lock: 'M5 7V5a3 3 0 0 1 6 0v2h1.5v7h-9V7zM6.4 7h3.2V5a1.6 1.6 0 0 0-3.2 0zM4.9 8.4v4.2h6.2V8.4z',
  unlock: 'M5 7V4a3 3 0 0 1 6 0v.8H9.6V4a1.6 1.6 0 0 0-3.2 0v3h6.1v7h-9V7zM4.9 8.4v4.2h6.2V8.4z',
  export: 'M7.3 2h1.4v6.3l2-2 1 1L8 11 4.3 7.3l1-1 2 2zM2.5 10.5h1.4v2.1h8.2v-2.1h1.4V14h-11z',
  up: 'M3.2 10.5 8 5.7l4.8 4.8 1-1L8 3.7 2.2 9.5z',
  close: 'M4 3 8 7l4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z',
  more: 'M2.2 8a1.3 1.3 0 1 1 2.6 0 1.3 1.3 0 0 1-2.6 0zM6.7 8a1.3 1.3 0 1 1 2.6 0 1.3 1.3 0 0 1-2.6 0zM11.2 8a1.3 1.3 0 1 1 2.6 0 1.3 1.3 0 0 1-2.6 0z',
  warning: 'M8 1.5 15 14H1zM7.3 6v4h1.4V6zM7.3 11.2v1.4h1.4v-1.4z',
} as const

export type IconName = keyof typeof outlines

export function icon(name: IconName): SVGSVGElement {
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' },
    svg('path', { d: outlines[name], 'fill-rule': 'evenodd' }),
  )
}
