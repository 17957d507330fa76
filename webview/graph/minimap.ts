import { svg } from '../ui/element'
import type { Placement, Point, Rectangle } from './placement'
import type { Scene } from './scene'
import type { View } from './viewTransform'

const largest = { width: 160, height: 180 }

/**
 * The whole graph small, with the part that the window shows; a press or a drag moves the window there. It says nothing that
 * the keyboard and the list don't give, so it takes no part in either.
 */
export class Minimap {
  private readonly groups = svg('path', { class: 'groups' })
  private readonly boxes = svg('path', { class: 'boxes' })
  private readonly window = svg('rect', { class: 'window' })
  readonly element = svg('svg', { class: 'minimap', 'aria-hidden': 'true' }, this.groups, this.boxes, this.window)
  private extent = { width: 0, height: 0 }
  private scale = 1

  /** @param centre the point of the drawing that the window should have in its middle */
  constructor(centre: (point: Point) => void) {
    this.element.setAttribute('hidden', '')
    const move = (event: PointerEvent) => {
      const { left, top } = this.element.getBoundingClientRect()
      centre({ x: (event.clientX - left) / this.scale, y: (event.clientY - top) / this.scale })
    }
    this.element.addEventListener('pointerdown', event => {
      if (event.button !== 0) return
      event.preventDefault()
      this.element.setPointerCapture(event.pointerId)
      move(event)
    })
    this.element.addEventListener('pointermove', event => {
      if (this.element.hasPointerCapture(event.pointerId)) move(event)
    })
  }

  draw(scene: Scene, placement: Placement): void {
    this.extent = { width: placement.width, height: placement.height }
    this.scale = Math.min(largest.width / Math.max(1, placement.width), largest.height / Math.max(1, placement.height))
    const [width, height] = [placement.width * this.scale, placement.height * this.scale]
    this.element.setAttribute('width', String(Math.max(width, 8)))
    this.element.setAttribute('height', String(Math.max(height, 8)))
    const outlines = (ids: readonly string[]) =>
      ids
        .flatMap(id => placement.rectangles.get(id) ?? [])
        .map(rectangle => this.outline(rectangle))
        .join('')
    this.groups.setAttribute('d', outlines(scene.groups.filter(group => group.state === 'open').map(group => group.id)))
    this.boxes.setAttribute('d', outlines(scene.boxes.map(box => box.id)))
  }

  /** Hidden while the window shows everything. */
  view(view: View, screen: { readonly width: number; readonly height: number }): void {
    const [left, top] = [-view.x / view.scale, -view.y / view.scale]
    const [width, height] = [screen.width / view.scale, screen.height / view.scale]
    const slack = 1
    const whole = left <= slack && top <= slack && left + width >= this.extent.width - slack && top + height >= this.extent.height - slack
    this.element.toggleAttribute('hidden', whole || screen.width < 2 * largest.width || screen.height < 1.5 * largest.height)
    for (const [name, value] of [
      ['x', left],
      ['y', top],
      ['width', width],
      ['height', height],
    ] as const)
      this.window.setAttribute(name, String(value * this.scale))
  }

  private outline({ x, y, width, height }: Rectangle): string {
    const at = (value: number) => Math.round(value * this.scale * 10) / 10
    return `M${at(x)} ${at(y)}h${Math.max(1, at(width))}v${Math.max(1, at(height))}h${-Math.max(1, at(width))}z`
  }
}
