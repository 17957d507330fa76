import type { Point, Rectangle } from './placement'

/** Drawing to screen: screen = drawing × scale + (x, y), in CSS pixels. */
export interface View {
  readonly x: number
  readonly y: number
  readonly scale: number
}

interface Extent {
  readonly width: number
  readonly height: number
}

export const minimumScale = 0.08
export const maximumScale = 4

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** Zooms so that the point of the screen keeps its place. */
export function zoomAt(view: View, point: Point, factor: number): View {
  const scale = clamp(view.scale * factor, minimumScale, maximumScale)
  const ratio = scale / view.scale
  return { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio }
}

/**
 * Shows the whole drawing, never larger than 1:1. A drawing too tall to be read as a whole is shown from its top at a legible scale.
 */
export function fit(drawing: Extent, screen: Extent, margin = 16): View {
  if (!drawing.width || !drawing.height || !screen.width || !screen.height) return { x: margin, y: margin, scale: 1 }
  const across = (screen.width - 2 * margin) / drawing.width
  const down = (screen.height - 2 * margin) / drawing.height
  const legible = 0.7
  const scale = clamp(Math.min(across, down), Math.min(legible, Math.max(across, minimumScale)), 1)
  const height = drawing.height * scale
  const y = height <= screen.height - 2 * margin ? (screen.height - height) / 2 : margin
  return { scale, x: (screen.width - drawing.width * scale) / 2, y }
}

/** Moves the view as little as needed to bring the rectangle of the drawing into the screen. */
export function scrollTo(view: View, target: Rectangle, screen: Extent, margin = 24): View {
  const shift = (start: number, length: number, room: number) => {
    if (start < margin) return margin - start
    const over = start + length - (room - margin)
    return over > 0 ? -Math.min(over, start - margin) : 0
  }
  const dx = shift(target.x * view.scale + view.x, target.width * view.scale, screen.width)
  const dy = shift(target.y * view.scale + view.y, target.height * view.scale, screen.height)
  return dx || dy ? { ...view, x: view.x + dx, y: view.y + dy } : view
}

/**
 * Keeps a thing on its place of the screen while the layout moves it from one place of the drawing to another.
 * @param share the point of it that is kept: 0 its upper left corner, 0.5 its middle
 */
export function anchor(view: View, before: Rectangle | undefined, after: Rectangle | undefined, share = 0.5): View {
  if (!before || !after) return view
  const point = (r: Rectangle) => ({ x: r.x + r.width * share, y: r.y + r.height * share })
  const [a, b] = [point(before), point(after)]
  return { ...view, x: view.x + (a.x - b.x) * view.scale, y: view.y + (a.y - b.y) * view.scale }
}
