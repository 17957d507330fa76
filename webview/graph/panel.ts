import type { ElkNode } from 'elkjs/lib/elk-api'
import type { GraphAction, GraphDelta, GraphPanelState, GraphSnapshot } from '../../src/protocol/graphPanel'
import type { Listener } from '../channel'
import type { Host } from '../host'
import { button } from '../ui/controls'
import { html } from '../ui/element'
import { Menu } from '../ui/menu'
import { Theme } from '../ui/theme'
import { Tooltip } from '../ui/tooltip'
import { Canvas } from './canvas'
import { Collapse } from './collapse'
import { elkGraph, type Size } from './elkGraph'
import { EditForm } from './editForm'
import { editMenu, type EditTarget } from './editMenu'
import { Header } from './header'
import { Layout } from './layout'
import { graphList } from './list'
import { boxDescription } from './labels'
import { marksOf } from './conflictMark'
import { canvasMeasure, measureBoxes } from './measure'
import { pngPicture, svgPicture } from '../ui/picture'
import { readPlacement, type Placement } from './placement'
import { entryOf, makeScene, nodeId, shownAs, type Box, type Scene } from './scene'
import { searchGraph } from './search'
import { SearchBar } from './searchBar'
import type { View } from './viewTransform'

/** Measure → lay out → draw, and what the panel says to the editor. */
export class GraphPanel implements Listener<GraphSnapshot, GraphDelta> {
  private readonly tooltip = new Tooltip()
  private readonly canvas: Canvas
  private readonly header: Header
  private readonly layout: Layout
  private readonly menu = new Menu()
  private readonly form: EditForm
  private readonly search: SearchBar
  private saving: number | undefined
  private readonly body = html('main', { class: 'body' })
  private readonly waiting: HTMLElement
  private readonly empty = html('div', { class: 'empty' })
  private readonly measure = canvasMeasure()
  private snapshotShown: GraphSnapshot | null = null
  private pending: { scene: Scene; sizes: Map<string, Size> } | null = null
  private placed: { request: string; placement: Placement } | null = null
  private requested = ''
  private readonly collapse: Collapse
  /** The group that was just opened or closed: it keeps its place and gets the focus. */
  private toggled: string | null = null
  private view: View | null
  private listed = false
  private marked: boolean
  private list: HTMLElement | null = null

  constructor(
    root: HTMLElement,
    private readonly host: Host<GraphAction, GraphPanelState>,
  ) {
    new Theme()
    this.collapse = new Collapse(host.saved)
    this.view = host.saved?.view ?? null
    this.marked = host.saved?.conflict ?? true
    this.canvas = new Canvas(this.tooltip, {
      reveal: box => this.reveal(box),
      toggle: group => this.toggle([group], this.isOpen(group), group),
      viewed: view => {
        this.view = view
        this.form.place()
        this.menu.close(false)
        this.saveSoon()
      },
      menu: (box, anchor) => this.openMenu(box, anchor),
      remove: box => this.remove(box),
    })
    this.form = new EditForm({
      send: (request, edit) => host.send({ kind: 'edit', request, edit }),
      showRefusal: () => host.send({ kind: 'showRefusal' }),
      place: box => this.canvas.placeOf(box.id),
      element: box => this.canvas.drawing.box(box.id),
    })
    this.search = new SearchBar({
      find: query => (this.snapshotShown?.graph ? searchGraph(this.snapshotShown.graph, query) : []),
      visit: id => this.visit(id),
      mark: (ids, current) => this.canvas.matches(new Set(ids.map(id => this.shownAs(id))), current && this.shownAs(current)),
      closed: current => this.canvas.focus(current),
    })
    if (this.view) this.canvas.restore(this.view)
    this.header = new Header({
      zoom: factor => this.canvas.zoom(factor),
      fit: () => this.canvas.fit(),
      list: shown => this.showList(shown),
      mark: marked => {
        this.marked = marked
        this.save()
        this.arrange()
      },
      revealTask: task => host.send({ kind: 'revealTask', task }),
      search: () => this.openSearch(),
      lock: locked => host.send({ kind: 'lock', locked }),
      export: anchor => this.openExport(anchor),
    })
    this.layout = new Layout(document.querySelector('meta[name="elk-worker"]')?.getAttribute('content') ?? '', {
      placed: (graph, request) => this.place(graph, request),
      slow: () => this.wait('Arranging this graph takes long.', true),
      failed: message => this.wait(`The graph could not be arranged: ${message}`, false),
    })
    this.waiting = html('div', { class: 'waiting', role: 'status', hidden: true })
    this.empty.append(html('h2', {}, 'Reading the model…'))
    this.canvas.drawing.element.setAttribute('hidden', '')
    this.body.append(this.search.element, this.canvas.drawing.element, this.canvas.minimap.element, this.empty, this.waiting)
    root.replaceChildren(this.header.element, this.header.banner, this.body, this.tooltip.element, this.menu.element, this.form.element)
    document.addEventListener('keydown', event => this.key(event))
    window.addEventListener('pagehide', () => this.save())
  }

  snapshot(snapshot: GraphSnapshot): void {
    const before = this.snapshotShown?.uri ?? this.host.saved?.uri
    this.snapshotShown = snapshot
    const { graph } = snapshot
    // What is in view of one model means nothing in another.
    if (before !== undefined && before !== snapshot.uri) this.forget()
    this.header.lock(snapshot.locked)
    this.header.conflict(snapshot.conflict ?? null, this.marked)
    this.header.stale(snapshot.stale && graph ? (snapshot.problem ?? 'The text has an error.') : null)
    if (!graph || !graph.nodes.length) return this.showEmpty(snapshot)
    this.collapse.turnTo(snapshot.uri, graph)
    this.arrange()
    this.save()
  }

  delta(delta: GraphDelta): void {
    if (!this.snapshotShown) return
    if (delta.outcome) this.form.outcome(delta.outcome)
    if (delta.selected === undefined) return
    this.snapshotShown = { ...this.snapshotShown, selected: delta.selected }
    this.select()
  }

  private arrange(): void {
    const snapshot = this.snapshotShown
    if (!snapshot?.graph) return
    const scene = makeScene(snapshot.graph, this.collapse.closed)
    const sizes = measureBoxes(scene, this.measure)
    const request = elkGraph(scene, sizes)
    this.requested = JSON.stringify(request)
    this.pending = { scene, sizes }
    this.header.show(snapshot.title, snapshot.graph, scene)
    if (this.listed) this.showList(true)
    // An edit that changes neither boxes nor edges (a rename of a label, a learning rate) needs no new layout.
    if (this.placed?.request === this.requested) return this.draw(this.placed.placement)
    if (!this.placed) this.empty.replaceChildren(html('h2', {}, 'Arranging the graph…'))
    this.layout.place(request, this.requested)
  }

  private place(graph: ElkNode, request: string): void {
    // Meanwhile the model may have gone back to what is drawn already.
    if (request !== this.requested) return
    this.placed = { request, placement: readPlacement(graph) }
    this.draw(this.placed.placement)
  }

  private draw(placement: Placement): void {
    if (!this.pending) return
    this.waiting.hidden = true
    this.empty.hidden = true
    this.canvas.drawing.element.toggleAttribute('hidden', this.listed)
    const { scene, sizes } = this.pending
    const conflict = this.marked ? this.snapshotShown?.conflict : null
    this.canvas.show(scene, placement, sizes, this.toggled, marksOf(conflict, scene))
    if (this.toggled !== null && !this.listed) this.canvas.focus(entryOf(scene, this.toggled))
    this.toggled = null
    this.canvas.minimap.element.classList.toggle('away', this.listed)
    this.select()
    this.search.refresh()
    this.form.place()
  }

  private select(): void {
    const { graph, selected } = this.snapshotShown ?? {}
    const node = selected === null ? undefined : graph?.nodes.find(candidate => candidate.id === selected)
    this.canvas.select(node && this.pending ? shownAs(this.pending.scene, nodeId(node)) : null)
  }

  private reveal(box: Box): void {
    if (box.content.kind === 'task') this.host.send({ kind: 'revealTask', task: box.content.task.name })
    else if (box.content.kind !== 'group') this.host.send({ kind: 'reveal', node: box.content.node.id })
  }

  private isOpen(group: string): boolean {
    return this.pending?.scene.groups.find(({ id }) => id === group)?.state === 'open'
  }

  /** @param at the group that the user is at: it keeps its place */
  private toggle(groups: readonly string[], closed: boolean, at: string): void {
    this.tooltip.hide()
    this.collapse.set(groups, closed)
    this.toggled = at
    this.arrange()
    this.save()
  }

  private forget(): void {
    this.view = null
    this.placed = null
    this.canvas.forget()
  }

  private key(event: KeyboardEvent): void {
    const typing = event.target instanceof Element && event.target.closest('input, select, .menu, .popover')
    const find = (event.ctrlKey || event.metaKey) && !event.altKey && event.key === 'f'
    if (!find && (typing || event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey)) return
    event.preventDefault()
    event.stopPropagation()
    this.openSearch()
  }

  private openSearch(): void {
    if (!this.pending || !this.empty.hidden) return
    if (this.listed) this.header.toggleList()
    this.search.open()
  }

  /** A match within a collapsed group opens it. */
  private visit(id: string): string {
    if (this.pending && this.collapse.reach(this.pending.scene.groups, id)) {
      this.arrange()
      this.save()
    }
    const box = this.pending?.scene.boxes.find(candidate => candidate.id === id)
    return box ? boxDescription(box) : ''
  }

  private shownAs(id: string): string {
    return this.pending ? shownAs(this.pending.scene, id) : id
  }

  private openMenu(box: Box, anchor: DOMRect): void {
    if (!this.pending) return
    const parts = editMenu(box, this.pending.scene, this.vocabulary, {
      edit: target => this.edit(target),
      reveal: shown => this.reveal(shown),
      toggle: (groups, closed, at) => this.toggle(groups, closed, at),
    })
    this.menu.open(boxDescription(box), parts, anchor, this.canvas.drawing.box(box.id) ?? null)
  }

  private remove(box: Box): void {
    const own = box.content.kind === 'layer' ? box.content.node.id : null
    if (own !== null && !this.snapshotShown?.graph?.tasks.some(task => task.output === own)) this.edit({ kind: 'remove', box })
  }

  /** Nothing is offered while the drawing is older than the text: the places of its edits are unknown. */
  private get vocabulary() {
    return this.snapshotShown && !this.snapshotShown.stale ? this.snapshotShown.vocabulary : null
  }

  private edit(target: EditTarget): void {
    const { vocabulary } = this
    if (vocabulary) this.form.open(target, vocabulary)
  }

  private openExport(anchor: HTMLElement): void {
    const title = this.snapshotShown?.title ?? 'model'
    const name = `${title.replace(/\.mtl\.ts$/, '')}-graph`
    const picture = () => svgPicture(this.canvas.drawing.world, this.canvas.extent ?? { width: 1, height: 1 }, `Graph of ${title}`)
    const items = [
      {
        label: 'SVG picture',
        run: () => this.host.send({ kind: 'save', name: `${name}.svg`, content: { encoding: 'utf8', data: picture() } }),
      },
      {
        label: 'PNG picture',
        run: async () =>
          this.host.send({ kind: 'save', name: `${name}.png`, content: { encoding: 'base64', data: await pngPicture(picture()) } }),
      },
    ]
    if (this.canvas.extent) this.menu.open('Save as', [items], anchor.getBoundingClientRect(), anchor)
  }

  private showList(shown: boolean): void {
    this.listed = shown
    const { scrollTop = 0 } = this.list ?? {}
    const at = this.list?.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.block : undefined
    this.list?.remove()
    this.list = null
    const graph = this.snapshotShown?.graph
    if (shown && graph)
      this.body.append(
        (this.list = graphList(graph, this.collapse.closed, {
          reveal: node => this.host.send({ kind: 'reveal', node: node.id }),
          toggle: (group, closed) => this.toggle([group], closed, group),
        })),
      )
    // The list is made anew when something in it changes; its reader stays where they are.
    if (this.list) this.list.scrollTop = scrollTop
    if (at !== undefined) this.list?.querySelector<HTMLElement>(`[data-block="${CSS.escape(at)}"]`)?.focus({ preventScroll: true })
    // The list needs no arranging.
    if (this.list || this.placed) this.empty.hidden = true
    this.canvas.drawing.element.toggleAttribute('hidden', shown || !this.placed)
    this.canvas.minimap.element.classList.toggle('away', shown)
  }

  private showEmpty({ title, problem }: GraphSnapshot): void {
    this.header.show(title, null, null)
    this.placed = null
    this.waiting.hidden = true
    this.list?.remove()
    this.canvas.drawing.element.setAttribute('hidden', '')
    this.empty.hidden = false
    this.empty.replaceChildren(
      html('h2', {}, problem ? 'No graph yet' : 'This file has no model yet'),
      html('p', {}, problem ?? 'Export one with `export default model({ tasks: … })` and its graph appears here.'),
    )
  }

  private wait(message: string, running: boolean): void {
    const keep = button('Keep waiting', () => {
      this.waiting.hidden = true
      this.layout.keepWaiting()
    })
    const cancel = button('Cancel', () => {
      this.layout.cancel()
      this.wait('Arranging the graph was cancelled.', false)
    })
    const again = button('Try again', () => {
      this.waiting.hidden = true
      this.arrange()
    })
    const collapse = button('Collapse trunk and heads', () => {
      this.waiting.hidden = true
      this.layout.cancel()
      this.collapse.set(this.pending?.scene.groups.map(group => group.id) ?? [], true)
      this.arrange()
    })
    const buttons = (running ? [keep, cancel, collapse] : [again, collapse]).map(b => b.element)
    this.waiting.replaceChildren(html('p', {}, message), html('p', { class: 'group' }, ...buttons))
    this.waiting.hidden = false
    this.empty.hidden = true
  }

  /** A drag moves the view with each frame; VS Code hears of it once it rests. */
  private saveSoon(): void {
    clearTimeout(this.saving)
    this.saving = window.setTimeout(() => this.save(), 200)
  }

  private save(): void {
    clearTimeout(this.saving)
    const { uri, locked } = this.snapshotShown ?? {}
    if (uri !== undefined)
      this.host.save({ uri, view: this.view, collapsed: [...this.collapse.closed], locked: locked ?? false, conflict: this.marked })
  }
}
