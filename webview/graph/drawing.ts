import type { LayerMark } from '../../src/protocol/graphPanel'
import { attributes, svg } from '../ui/element'
import { colourVariable } from '../ui/theme'
import { boxElement, groupFrame, groupHeader, sizeGroup } from './boxElement'
import type { Size } from './elkGraph'
import { roundedPath, type Placement, type Point, type Rectangle } from './placement'
import type { Group } from './groups'
import type { Edge, Scene } from './scene'
import { Sight } from './sight'
import type { View } from './viewTransform'

interface Drawn<E extends SVGElement> {
  readonly element: E
  /** What it was made from: it is made anew only when this changes, so that focus and animation survive an edit elsewhere. */
  readonly made: string
}

/** The SVG of a placed scene. Elements are kept by id from one drawing to the next, so that they can move. */
export class Drawing {
  readonly world = svg('g', { class: 'world' })
  readonly element = svg('svg', { class: 'drawing', width: '100%', height: '100%' }, this.world)
  private readonly layers = { groups: svg('g'), edges: svg('g', { class: 'edges' }), stems: svg('g'), titles: svg('g'), boxes: svg('g') }
  private readonly groups = new Map<string, Drawn<SVGGElement>>()
  private readonly titles = new Map<string, Drawn<SVGGElement>>()
  private readonly stems = new Map<string, Drawn<SVGGElement>>()
  private readonly edges = new Map<string, Drawn<SVGGElement>>()
  private readonly boxes = new Map<string, Drawn<SVGGElement>>()
  /** Three dots at the corner of one box at a time, for what the pointer can do with it; the keyboard has a key for that. */
  private readonly handle = svg(
    'g',
    { class: 'handle', 'aria-hidden': 'true', hidden: true },
    svg('rect', { width: 24, height: 16, rx: 8 }),
    svg('path', {
      d: 'M5.5 8a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M10.5 8a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M15.5 8a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0',
    }),
  )
  private readonly sight = new Sight(this.element)
  private animation: number | undefined

  constructor() {
    this.world.append(this.layers.groups, this.layers.edges, this.layers.stems, this.layers.titles, this.layers.boxes, this.handle)
  }

  draw(scene: Scene, placement: Placement, sizes: ReadonlyMap<string, Size>, marks: ReadonlyMap<string, LayerMark> = new Map()): void {
    const names = scene.tasks.map(task => task.name)
    const groups = scene.groups.filter(group => group.state === 'open')
    const look = (group: Group) => JSON.stringify([group.title, group.tasks, group.kind, group.parameters, names, sizes.get(group.id)])
    this.keep(this.groups, this.layers.groups, groups, look, group => groupFrame(group, names))
    this.keep(this.titles, this.layers.titles, groups, look, group => groupHeader(group, names, sizes.get(group.id)!.width))
    this.keep(
      this.boxes,
      this.layers.boxes,
      scene.boxes,
      box => JSON.stringify([box, sizes.get(box.id), names, marks.get(box.id)]),
      box => boxElement(box, sizes.get(box.id)!, names, marks.get(box.id)),
    )
    this.keep(
      this.edges,
      this.layers.edges,
      scene.edges,
      edge => JSON.stringify([edge, placement.routes.get(edge.id), names]),
      edge => edgeElement(edge, placement.routes.get(edge.id) ?? [], names),
    )
    this.keep(this.stems, this.layers.stems, stems(scene.edges, placement), stem => JSON.stringify(stem), stemElement)
    for (const group of groups) {
      const place = placement.rectangles.get(group.id)
      if (!place) continue
      move(this.groups.get(group.id)!.element, place)
      move(this.titles.get(group.id)!.element, place)
      sizeGroup(this.groups.get(group.id)!.element, place)
    }
    for (const box of scene.boxes) {
      const place = placement.rectangles.get(box.id)
      if (place) move(this.boxes.get(box.id)!.element, place)
    }
    const elements = (drawn: ReadonlyMap<string, Drawn<SVGGElement>>) => new Map([...drawn].map(([id, { element }]) => [id, element]))
    this.sight.show(elements(this.boxes), elements(this.edges), placement)
  }

  box(id: string): SVGGElement | undefined {
    return this.boxes.get(id)?.element
  }

  /** Exactly one box is reached by the Tab key; arrow keys lead to the others. */
  enterAt(id: string | undefined): void {
    for (const [key, { element }] of this.boxes) attributes(element, { tabindex: key === id ? 0 : -1 })
    this.sight.keep(id, id === undefined ? undefined : this.box(id))
  }

  select(ids: ReadonlySet<string>, related: ReadonlySet<string>): void {
    for (const [id, { element }] of this.boxes) {
      element.classList.toggle('selected', ids.has(id))
      element.classList.toggle('related', related.has(id))
      attributes(element, { 'aria-current': ids.has(id) ? 'true' : null })
    }
  }

  matches(ids: ReadonlySet<string>, current: string | null): void {
    this.element.classList.toggle('searched', ids.size > 0)
    for (const [id, { element }] of this.boxes) {
      element.classList.toggle('match', ids.has(id))
      element.classList.toggle('currentMatch', id === current)
    }
  }

  handleAt(id: string | null, placement: Placement | null): void {
    const place = id === null ? undefined : placement?.rectangles.get(id)
    this.handle.toggleAttribute('hidden', !place)
    if (!place || id === null) return
    this.handle.setAttribute('data-menu', id)
    move(this.handle, { ...place, x: place.x + place.width - 20, y: place.y - 8 })
  }

  /** Brings out what hangs on a box, or nothing. */
  highlight(id: string | null): void {
    for (const { element } of this.edges.values())
      element.classList.toggle('lit', id !== null && (element.dataset.from === id || element.dataset.to === id))
  }

  /** @param screen the size of the window on the drawing, in CSS pixels */
  view(view: View, screen: { readonly width: number; readonly height: number }): void {
    this.sight.view(view, screen)
    this.world.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`
  }

  /** What changes right after this call moves there in a fifth of a second (the stylesheet knows reduced motion). */
  animate(): void {
    this.element.classList.add('moving')
    clearTimeout(this.animation)
    this.animation = window.setTimeout(() => this.element.classList.remove('moving'), 260)
    // The browser must have seen the old places with the transition on, or it jumps.
    void this.element.getBoundingClientRect()
  }

  private keep<T extends { readonly id: string }>(
    known: Map<string, Drawn<SVGGElement>>,
    layer: SVGGElement,
    items: readonly T[],
    signature: (item: T) => string,
    make: (item: T) => SVGGElement,
  ): void {
    const wanted = new Set(items.map(item => item.id))
    for (const [id, { element }] of known) {
      if (wanted.has(id)) continue
      element.remove()
      known.delete(id)
    }
    for (const item of items) {
      const made = signature(item)
      const old = known.get(item.id)
      if (old?.made === made) continue
      const element = make(item)
      if (old) {
        element.style.transform = old.element.style.transform
        const focused = old.element.contains(document.activeElement)
        old.element.replaceWith(element)
        if (focused) (element.hasAttribute('tabindex') ? element : element.querySelector<SVGElement>('[tabindex]'))?.focus()
      } else {
        element.classList.add('fresh')
        layer.append(element)
      }
      known.set(item.id, { element, made })
    }
  }
}

const move = (element: SVGGElement, place: Rectangle): void => {
  element.style.transform = `translate(${place.x}px, ${place.y}px)`
}

/** An edge is as wide as the number of tasks it serves; one that serves a single task has that task's colour. */
function edgeElement(edge: Edge, route: readonly Point[], names: readonly string[]): SVGGElement {
  const path = roundedPath(route)
  const line = svg('path', { class: 'line', d: path, 'stroke-width': edgeWidth(edge.tasks.length) })
  const end = route.at(-1) ?? { x: 0, y: 0 }
  const head = svg('path', { class: 'arrow', d: `M${end.x - 4} ${end.y - 7}L${end.x + 4} ${end.y - 7}L${end.x} ${end.y}Z` })
  if (edge.tasks.length === 1 && names.length > 1) line.style.stroke = head.style.fill = colourVariable(names.indexOf(edge.tasks[0]!))
  return svg(
    'g',
    { class: edge.tasks.length ? 'edge' : 'edge unused', 'data-edge': edge.id, 'data-from': edge.from, 'data-to': edge.to },
    line,
    head,
    svg('path', { class: 'hit', d: path }),
  )
}

/** The stretch below a box that several edges run along before they part. */
interface Stem {
  readonly id: string
  readonly from: Point
  readonly to: Point
  readonly tasks: number
}

/** Without it, the edge drawn last would give the common stretch its own task's colour. */
function stems(edges: readonly Edge[], placement: Placement): Stem[] {
  return [...new Set(edges.map(edge => edge.from))].flatMap(id => {
    const group = edges.filter(edge => edge.from === id)
    const routes = group.map(edge => placement.routes.get(edge.id) ?? []).filter(route => route.length > 1)
    const from = routes[0]?.[0]
    const tasks = new Set(group.flatMap(edge => edge.tasks)).size
    if (routes.length < 2 || !from || tasks < 2) return []
    return [{ id, from, to: { x: from.x, y: Math.min(...routes.map(route => route[1]!.y)) - 6 }, tasks }]
  })
}

const edgeWidth = (tasks: number): number => 1.25 + 0.75 * Math.min(4, Math.max(0, tasks - 1))

const stemElement = ({ from, to, tasks }: Stem): SVGGElement =>
  svg('g', { class: 'edge' }, svg('path', { class: 'line', d: `M${from.x} ${from.y}L${to.x} ${to.y}`, 'stroke-width': edgeWidth(tasks) }))
