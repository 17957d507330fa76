import type { LayerMark } from '../../src/protocol/graphPanel'
import type { Tooltip } from '../ui/tooltip'
import { boxDetails, edgeDetails } from './details'
import { Drawing } from './drawing'
import type { Size } from './elkGraph'
import { Minimap } from './minimap'
import { attachPointer } from './pointer'
import type { Placement, Point, Rectangle } from './placement'
import type { Box, Scene } from './scene'
import { anchor, fit, scrollTo, zoomAt, type View } from './viewTransform'
import { firstBox, walk, type Direction } from './walk'

export interface CanvasEvents {
  /** A box was clicked or entered: show the line that made it. */
  reveal(box: Box): void
  toggle(group: string): void
  /** The user moved the view; null: the whole graph is kept in view again. */
  viewed(view: View | null): void
  /** What can be done with a box was asked for. */
  menu(box: Box, anchor: DOMRect): void
  remove(box: Box): void
}

const keys: Readonly<Record<string, Direction>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' }

/** The drawing in its window: pan, zoom, selection, keyboard and tooltip. */
export class Canvas {
  readonly drawing = new Drawing()
  readonly minimap = new Minimap(point => this.centre(point))
  private scene: Scene | null = null
  private placement: Placement | null = null
  private marks: ReadonlyMap<string, LayerMark> | undefined
  private view: View = { x: 0, y: 0, scale: 1 }
  private fitted = true
  private selected: string | null = null
  /** Size of the window on the drawing in CSS pixels. Asked for anew only while little is drawn: the browser sets all texts to answer. */
  private screen = { width: 0, height: 0 }
  /** The box that the keyboard is at. */
  private current: string | undefined

  constructor(
    private readonly tooltip: Tooltip,
    private readonly events: CanvasEvents,
  ) {
    const { element } = this.drawing
    element.setAttribute('role', 'application')
    element.setAttribute(
      'aria-label',
      'Model graph. Arrow keys follow the edges, Enter shows the line in the text or opens a group, C collapses the group around, E opens the menu, slash finds, plus and minus zoom, 0 fits.',
    )
    attachPointer(element, {
      pan: (dx, dy) => this.moveTo({ ...this.view, x: this.view.x + dx, y: this.view.y + dy }),
      zoom: (point, factor) => this.moveTo(zoomAt(this.view, point, factor)),
      click: target => this.click(target),
      hover: (target, x, y) => this.hover(target, x, y),
    })
    element.addEventListener('keydown', event => this.key(event))
    element.addEventListener('contextmenu', event => this.contextMenu(event))
    element.addEventListener('focusin', event => this.focused(event.target as Element))
    element.addEventListener('focusout', () => this.tooltip.hide())
    new ResizeObserver(() => {
      this.measureScreen()
      if (this.fitted) this.fitNow(false)
      else this.apply(this.view)
    }).observe(element)
  }

  restore(view: View): void {
    this.fitted = false
    this.view = view
  }

  /** Another model comes: nothing of what was shown moves to it. */
  forget(): void {
    this.fitted = true
    this.placement = null
    this.current = undefined
    this.selected = null
  }

  /** @param toggled the group that was just opened or closed: its upper left corner keeps its place on the screen */
  show(
    scene: Scene,
    placement: Placement,
    sizes: ReadonlyMap<string, Size>,
    toggled: string | null = null,
    marks?: ReadonlyMap<string, LayerMark>,
  ): void {
    const before = this.placement
    if (!before) this.measureScreen()
    const pivot = before && (toggled ?? this.pivot(before, placement))
    if (before) this.drawing.animate()
    this.scene = scene
    this.placement = placement
    this.marks = marks
    this.drawing.draw(scene, placement, sizes, marks)
    this.minimap.draw(scene, placement)
    if (!this.current || !placement.rectangles.has(this.current) || !this.drawing.box(this.current)) this.current = firstBox(scene)
    this.drawing.enterAt(this.current)
    this.mark()
    if (this.fitted) this.fitNow(false)
    else if (before && pivot)
      this.apply(anchor(this.view, before.rectangles.get(pivot), placement.rectangles.get(pivot), toggled ? 0 : 0.5))
    else this.apply(this.view)
  }

  /** @param id of a box, or null; an unseen box is scrolled into view */
  select(id: string | null): void {
    this.selected = id
    this.mark()
    if (id === null) return
    this.current = id
    this.drawing.enterAt(id)
    this.bringIntoView(id)
  }

  /** Marks what a search found and shows the match that it is at; a box out of sight is scrolled into view. */
  matches(ids: ReadonlySet<string>, current: string | null): void {
    this.drawing.matches(ids, current)
    if (current === null) return
    this.current = current
    this.drawing.enterAt(current)
    // What is around a match matters: it does not stay at the edge, nor under the search field.
    this.bringIntoView(current, Math.min(120, this.screen.height / 4))
  }

  /** @param id of a box, or null for where the keyboard was last */
  focus(id: string | null): void {
    const at = id ?? this.current
    if (at) this.focusBox(at)
  }

  /** Where a box stands on the screen; the drawing itself where there is no such box. */
  placeOf(id: string): DOMRect {
    return (this.drawing.box(id) ?? this.drawing.element).getBoundingClientRect()
  }

  /** The extent of the drawing in its own coordinates. */
  get extent(): { readonly width: number; readonly height: number } | null {
    return this.placement
  }

  zoom(factor: number): void {
    const { width, height } = this.screen
    this.drawing.animate()
    this.moveTo(zoomAt(this.view, { x: width / 2, y: height / 2 }, factor))
  }

  fit(): void {
    this.fitNow(true)
    this.events.viewed(null)
  }

  private measureScreen(): void {
    this.screen = { width: this.drawing.element.clientWidth, height: this.drawing.element.clientHeight }
  }

  private fitNow(animated: boolean): void {
    this.fitted = true
    if (!this.placement || !this.screen.width) return
    if (animated) this.drawing.animate()
    this.apply(fit(this.placement, this.screen))
  }

  private apply(view: View): void {
    this.view = view
    this.drawing.view(view, this.screen)
    this.minimap.view(view, this.screen)
  }

  private centre({ x, y }: Point): void {
    const { width, height } = this.screen
    const { scale } = this.view
    this.moveTo({ scale, x: width / 2 - x * scale, y: height / 2 - y * scale })
  }

  private moveTo(view: View): void {
    this.fitted = false
    this.apply(view)
    this.tooltip.hide()
    this.events.viewed(view)
  }

  /** What keeps its place on the screen while the layout changes: the selected box, else the one nearest the middle. */
  private pivot(before: Placement, after: Placement): string | undefined {
    if (this.selected && before.rectangles.has(this.selected) && after.rectangles.has(this.selected)) return this.selected
    const { width, height } = this.screen
    const middle: Point = { x: (width / 2 - this.view.x) / this.view.scale, y: (height / 2 - this.view.y) / this.view.scale }
    const distance = (r: Rectangle) => Math.hypot(r.x + r.width / 2 - middle.x, r.y + r.height / 2 - middle.y)
    const common = [...before.rectangles].filter(([id]) => after.rectangles.has(id) && this.drawing.box(id))
    return common.sort(([, a], [, b]) => distance(a) - distance(b))[0]?.[0]
  }

  private bringIntoView(id: string, margin?: number): void {
    const place = this.placement?.rectangles.get(id)
    if (!place || !this.screen.width) return
    const view = scrollTo(this.view, place, this.screen, margin)
    if (view === this.view) return
    this.drawing.animate()
    this.fitted = false
    this.apply(view)
  }

  private boxAt(target: Element): Box | undefined {
    const id = target.closest('[data-id]')?.getAttribute('data-id') ?? target.closest('[data-menu]')?.getAttribute('data-menu')
    return this.scene?.boxes.find(box => box.id === id)
  }

  private click(target: Element): void {
    const group = target.closest('[data-group]')?.getAttribute('data-group')
    if (group) return this.events.toggle(group)
    const box = this.boxAt(target)
    if (!box) return
    if (target.closest('[data-menu]')) return this.openMenu(box)
    this.enter(box)
    this.focusBox(box.id)
  }

  /** What is far out of view takes the focus only once it is back in the drawing. */
  private focusBox(id: string): void {
    this.current = id
    this.drawing.enterAt(id)
    this.drawing.box(id)?.focus({ preventScroll: true })
  }

  private enter(box: Box): void {
    if (box.content.kind === 'group') this.events.toggle(box.id)
    else {
      this.select(box.id)
      this.events.reveal(box)
    }
  }

  private contextMenu(event: MouseEvent): void {
    const box = this.boxAt(event.target as Element)
    if (!box) return
    event.preventDefault()
    this.openMenu(box, event.button === 2 ? new DOMRect(event.clientX, event.clientY) : undefined)
  }

  private openMenu(box: Box, anchor = this.placeOf(box.id)): void {
    this.tooltip.hide()
    this.current = box.id
    this.drawing.enterAt(box.id)
    this.events.menu(box, anchor)
  }

  private hover(target: Element | null, x: number, y: number): void {
    const box = target ? this.boxAt(target) : undefined
    const edgeId = target?.closest('[data-edge]')?.getAttribute('data-edge')
    const edge = this.scene?.edges.find(candidate => candidate.id === edgeId)
    this.drawing.highlight(box?.id ?? null)
    this.drawing.handleAt(box?.id ?? this.selected, this.placement)
    if (target?.closest('[data-menu]')) this.tooltip.hide()
    else if (box && this.scene) this.tooltip.show(boxDetails(box, this.scene, this.marks?.get(box.id)), x, y)
    else if (edge && this.scene) this.tooltip.show(edgeDetails(edge, this.scene), x, y)
    else this.tooltip.hide()
  }

  private focused(target: Element): void {
    const box = this.boxAt(target)
    this.drawing.highlight(box?.id ?? null)
    if (!box || !target.matches(':focus-visible')) return
    this.current = box.id
    this.drawing.enterAt(box.id)
    this.bringIntoView(box.id)
    const { right, top } = target.getBoundingClientRect()
    if (this.scene) this.tooltip.show(boxDetails(box, this.scene, this.marks?.get(box.id)), right - 8, top - 8)
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (this.command(event.key, event.target as Element)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }

  private command(key: string, target: Element): boolean {
    const group = target.getAttribute('data-group')
    const box = this.boxAt(target)
    if (key === 'Enter' || key === ' ') {
      if (group) this.events.toggle(group)
      else if (box) this.enter(box)
      return Boolean(group ?? box)
    }
    if (box && (key === 'e' || key === 'E')) this.openMenu(box)
    else if (box?.group && (key === 'c' || key === 'C')) this.events.toggle(box.group)
    else if (box && key === 'Delete') this.events.remove(box)
    else if (key === '+' || key === '=') this.zoom(1.25)
    else if (key === '-') this.zoom(0.8)
    else if (key === '0') this.fit()
    else if (key === 'Escape') this.tooltip.hide()
    else return this.step(key)
    return true
  }

  private step(key: string): boolean {
    if (!this.scene || !this.placement) return false
    const direction = keys[key]
    const next =
      key === 'Home'
        ? firstBox(this.scene)
        : direction && this.current
          ? walk(this.scene, this.placement, this.current, direction)
          : undefined
    if (next) this.focusBox(next)
    return direction !== undefined || key === 'Home'
  }

  private mark(): void {
    const box = this.scene?.boxes.find(candidate => candidate.id === this.selected)
    const layer = box && 'node' in box.content && box.content.applications > 1 ? box.content.node.layer : null
    const related = (this.scene?.boxes ?? []).filter(
      b => layer !== null && b !== box && 'node' in b.content && b.content.node.layer === layer,
    )
    this.drawing.handleAt(box?.id ?? null, this.placement)
    this.drawing.select(new Set(box ? [box.id] : []), new Set(related.map(b => b.id)))
  }
}
