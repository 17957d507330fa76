import type { Point } from './placement'

export interface PointerEvents {
  pan(dx: number, dy: number): void
  /** @param point of the element that keeps its place, in CSS pixels */
  zoom(point: Point, factor: number): void
  click(target: Element): void
  hover(target: Element | null, x: number, y: number): void
}

/** Movement in pixels after which a press is a drag and no click. */
const slack = 4

/** Drag pans, the wheel zooms (with Shift it pans sideways), two fingers pinch; a press without movement is a click. */
export function attachPointer(element: SVGSVGElement, events: PointerEvents): void {
  const pressed = new Map<number, Point>()
  let dragging = false
  let target: Element | null = null
  const local = (event: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }

  element.addEventListener('pointerdown', event => {
    if (event.button !== 0 && event.button !== 1) return
    pressed.set(event.pointerId, local(event))
    if (pressed.size === 1) [dragging, target] = [false, event.target as Element]
    else dragging = true
  })

  element.addEventListener('pointermove', event => {
    const before = pressed.get(event.pointerId)
    const now = local(event)
    if (!before) return void (pressed.size || events.hover(event.target as Element, event.clientX, event.clientY))
    if (!dragging && Math.hypot(now.x - before.x, now.y - before.y) < slack) return
    if (!dragging) {
      dragging = true
      events.hover(null, 0, 0)
      element.classList.add('dragging')
    }
    if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId)
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1]
    if (other) {
      const distance = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y))
      events.zoom({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, distance(now) / distance(before))
    } else events.pan(now.x - before.x, now.y - before.y)
    pressed.set(event.pointerId, now)
  })

  const release = (event: PointerEvent, click: boolean) => {
    if (!pressed.delete(event.pointerId) || pressed.size) return
    element.classList.remove('dragging')
    if (click && !dragging && target && event.button === 0) events.click(target)
    target = null
  }
  element.addEventListener('pointerup', event => release(event, true))
  element.addEventListener('pointercancel', event => release(event, false))
  element.addEventListener('pointerleave', event => pressed.size || events.hover(null, event.clientX, event.clientY))

  element.addEventListener(
    'wheel',
    event => {
      event.preventDefault()
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1
      if (event.shiftKey && !event.ctrlKey) return events.pan(-(event.deltaX || event.deltaY) * unit, 0)
      // A pinch on a touchpad arrives as a wheel with Ctrl and small steps.
      events.zoom(local(event), Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0015)))
    },
    { passive: false },
  )
}
