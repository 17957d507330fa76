import type { ElkNode } from 'elkjs/lib/elk-api'
import type { GraphNode } from '../../src/ir/graph'
import type { GraphAction, GraphDelta, GraphPanelState, GraphSnapshot } from '../../src/protocol/graphPanel'
import type { Listener } from '../channel'
import type { Host } from '../host'
import { button } from '../ui/controls'
import { html } from '../ui/element'
import { Theme } from '../ui/theme'
import { Tooltip } from '../ui/tooltip'
import { Canvas } from './canvas'
import { elkGraph, type Size } from './elkGraph'
import { Header } from './header'
import { Layout } from './layout'
import { graphList } from './list'
import { canvasMeasure, measureBoxes } from './measure'
import { readPlacement, type Placement } from './placement'
import { makeScene, nodeId, type Box, type Scene } from './scene'
import type { View } from './viewTransform'

/** Above so many boxes, groups start collapsed. */
const manyNodes = 1000

/** Measure → lay out → draw, and what the panel says to the editor. */
export class GraphPanel implements Listener<GraphSnapshot, GraphDelta> {
  private readonly tooltip = new Tooltip()
  private readonly canvas: Canvas
  private readonly header: Header
  private readonly layout: Layout
  private readonly body = html('main', { class: 'body' })
  private readonly waiting: HTMLElement
  private readonly empty = html('div', { class: 'empty' })
  private readonly measure = canvasMeasure()
  private snapshotShown: GraphSnapshot | null = null
  private pending: { scene: Scene; sizes: Map<string, Size> } | null = null
  private placed: { request: string; placement: Placement } | null = null
  private requested = ''
  private collapsed: Set<string>
  private view: View | null
  private listed = false
  private list: HTMLElement | null = null

  constructor(
    root: HTMLElement,
    private readonly host: Host<GraphAction, GraphPanelState>,
  ) {
    new Theme()
    this.collapsed = new Set(host.saved?.collapsed)
    this.view = host.saved?.view ?? null
    this.canvas = new Canvas(this.tooltip, {
      reveal: box => this.reveal(box),
      toggle: group => this.toggle(group),
      viewed: view => {
        this.view = view
        this.save()
      },
    })
    if (this.view) this.canvas.restore(this.view)
    this.header = new Header({
      zoom: factor => this.canvas.zoom(factor),
      fit: () => this.canvas.fit(),
      list: shown => this.showList(shown),
      revealTask: task => host.send({ kind: 'revealTask', task }),
    })
    this.layout = new Layout(document.querySelector('meta[name="elk-worker"]')?.getAttribute('content') ?? '', {
      placed: (graph, request) => this.place(graph, request),
      slow: () => this.wait('Arranging this graph takes long.', true),
      failed: message => this.wait(`The graph could not be arranged: ${message}`, false),
    })
    this.waiting = html('div', { class: 'waiting', role: 'status', hidden: true })
    this.empty.append(html('h2', {}, 'Reading the model…'))
    this.canvas.drawing.element.setAttribute('hidden', '')
    this.body.append(this.canvas.drawing.element, this.empty, this.waiting)
    root.replaceChildren(this.header.element, this.header.banner, this.body, this.tooltip.element)
  }

  snapshot(snapshot: GraphSnapshot): void {
    const first = this.snapshotShown === null
    this.snapshotShown = snapshot
    const { graph } = snapshot
    this.header.stale(snapshot.stale && graph ? (snapshot.problem ?? 'The text has an error.') : null)
    if (!graph || !graph.nodes.length) return this.showEmpty(snapshot)
    if (first && !this.host.saved && graph.nodes.length > manyNodes)
      this.collapsed = new Set(makeScene(graph).groups.map(group => group.id))
    this.arrange()
    this.save()
  }

  delta(delta: GraphDelta): void {
    if (!this.snapshotShown) return
    this.snapshotShown = { ...this.snapshotShown, selected: delta.selected }
    this.select()
  }

  private arrange(): void {
    const snapshot = this.snapshotShown
    if (!snapshot?.graph) return
    const scene = makeScene(snapshot.graph, this.collapsed)
    const sizes = measureBoxes(scene, this.measure)
    const request = elkGraph(scene, sizes)
    this.requested = JSON.stringify(request)
    this.pending = { scene, sizes }
    this.header.show(snapshot.title, snapshot.graph, scene)
    if (this.listed) this.showList(true)
    // An edit that changes neither boxes nor edges (a rename of a label, a learning rate) needs no new layout.
    if (this.placed?.request === this.requested) this.draw(this.placed.placement)
    else this.layout.place(request, this.requested)
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
    this.canvas.show(this.pending.scene, placement, this.pending.sizes)
    this.select()
  }

  private select(): void {
    const { graph, selected } = this.snapshotShown ?? {}
    const node = selected === null ? undefined : graph?.nodes.find(candidate => candidate.id === selected)
    const group = node && this.pending?.scene.groups.find(candidate => candidate.collapsed && candidate.nodes.includes(node))
    this.canvas.select(group?.id ?? (node ? nodeId(node) : null))
  }

  private reveal(box: Box): void {
    if (box.content.kind === 'task') this.host.send({ kind: 'revealTask', task: box.content.task.name })
    else if (box.content.kind !== 'group') this.host.send({ kind: 'reveal', node: box.content.node.id })
  }

  private toggle(group: string): void {
    this.tooltip.hide()
    if (!this.collapsed.delete(group)) this.collapsed.add(group)
    this.arrange()
    this.save()
  }

  private showList(shown: boolean): void {
    this.listed = shown
    this.list?.remove()
    this.list = null
    const graph = this.snapshotShown?.graph
    if (shown && graph)
      this.body.append((this.list = graphList(graph, (node: GraphNode) => this.host.send({ kind: 'reveal', node: node.id }))))
    this.canvas.drawing.element.toggleAttribute('hidden', shown || !this.placed)
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
      this.collapsed = new Set(this.pending?.scene.groups.map(group => group.id))
      this.arrange()
    })
    const buttons = (running ? [keep, cancel, collapse] : [again, collapse]).map(b => b.element)
    this.waiting.replaceChildren(html('p', {}, message), html('p', { class: 'group' }, ...buttons))
    this.waiting.hidden = false
    this.empty.hidden = true
  }

  private save(): void {
    const uri = this.snapshotShown?.uri
    if (uri !== undefined) this.host.save({ uri, view: this.view, collapsed: [...this.collapsed] })
  }
}
