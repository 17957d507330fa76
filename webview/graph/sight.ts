import type { Placement, Rectangle } from './placement'
import type { View } from './viewTransform'

/** Below so many boxes everything is kept ready: then everything can be reached by what reads the page, too. */
const manyBoxes = 300

/** Below this scale letters are smaller than four pixels. */
const legible = 0.3

/**
 * Takes what is out of view out of the drawing, and letters that are too small to be read: with every step of a zoom the browser
 * sets all texts of the drawing anew, in view or not.
 */
export class Sight {
  private readonly hidden = new Map<string, SVGElement>()
  private items: { readonly id: string; readonly element: SVGElement; readonly place: Rectangle }[] = []
  private kept: string | undefined

  constructor(private readonly drawing: SVGSVGElement) {}

  /** @param boxes all of them, with the edges that hang on them */
  show(boxes: ReadonlyMap<string, SVGElement>, edges: ReadonlyMap<string, SVGElement>, placement: Placement): void {
    for (const element of this.hidden.values()) element.style.display = ''
    this.hidden.clear()
    this.items = []
    if (boxes.size < manyBoxes) return
    for (const [id, element] of boxes) {
      const place = placement.rectangles.get(id)
      if (place) this.items.push({ id, element, place })
    }
    for (const [id, element] of edges) {
      const route = placement.routes.get(id)
      if (!route) continue
      const [xs, ys] = [route.map(({ x }) => x), route.map(({ y }) => y)]
      const [x, y] = [Math.min(...xs), Math.min(...ys)]
      this.items.push({ id, element, place: { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y } })
    }
  }

  /** @param screen in CSS pixels; what lies half a screen around it stays */
  view({ x, y, scale }: View, screen: { readonly width: number; readonly height: number }): void {
    this.drawing.classList.toggle('far', this.items.length > 0 && scale < legible)
    const room = 0.5
    const [left, right] = [(-room * screen.width - x) / scale, ((1 + room) * screen.width - x) / scale]
    const [top, bottom] = [(-room * screen.height - y) / scale, ((1 + room) * screen.height - y) / scale]
    for (const { id, element, place } of this.items) {
      const seen = place.x < right && place.x + place.width > left && place.y < bottom && place.y + place.height > top
      this.set(id, element, seen || id === this.kept)
    }
  }

  /** What the keyboard is at can take the focus wherever it is. */
  keep(id: string | undefined, element: SVGElement | undefined): void {
    this.kept = id
    if (id !== undefined && element) this.set(id, element, true)
  }

  private set(id: string, element: SVGElement, seen: boolean): void {
    if (seen !== this.hidden.has(id)) return
    element.style.display = seen ? '' : 'none'
    if (seen) this.hidden.delete(id)
    else this.hidden.set(id, element)
  }
}
