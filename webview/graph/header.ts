import type { ModelGraph } from '../../src/ir/graph'
import type { GraphConflict } from '../../src/protocol/graphPanel'
import { markLegend } from './conflictMark'
import { button, checkbox, type Button } from '../ui/controls'
import { html, text } from '../ui/element'
import { icon } from '../ui/icon'
import { compactCount, count } from '../ui/format'
import { markerIcon } from '../ui/markerIcon'
import { parameterCounts } from '../../src/ir/analysis'
import type { Scene } from './scene'

export interface HeaderEvents {
  zoom(factor: number): void
  fit(): void
  list(shown: boolean): void
  /** Whether layers are marked with their conflict. */
  mark(marked: boolean): void
  revealTask(task: string): void
  search(): void
  lock(locked: boolean): void
  /** @param anchor the button, below which the choice opens */
  export(anchor: HTMLElement): void
}

/** Title, sizes of trunk and heads, the tasks as a legend, and the buttons. */
export class Header {
  private readonly title = html('span', { class: 'title' })
  private readonly totals = html('span', { class: 'muted' })
  private readonly tasks = html('span', { class: 'group tasks', role: 'group', 'aria-label': 'Tasks' })
  private readonly listButton
  private readonly lockButton
  private readonly exportButton: Button
  private readonly marks = html('div', { class: 'marks', hidden: true })
  private readonly markBox = checkbox('Conflict', true, marked => this.events.mark(marked))
  private readonly markLegend = html('span')
  private listed = false
  private locked = false
  readonly element: HTMLElement
  readonly banner = html('div', { class: 'banner', role: 'status', hidden: true })

  constructor(private readonly events: HeaderEvents) {
    this.listButton = button('Show as list', () => this.toggleList(), { icon: 'list' })
    this.lockButton = button('Stay with this model', () => events.lock(!this.locked), { icon: 'unlock' })
    this.exportButton = button('Save as picture', () => events.export(this.exportButton.element), { icon: 'export' })
    this.exportButton.opensMenu()
    const buttons = [
      button('Find (/)', () => events.search(), { icon: 'search' }),
      button('Zoom in', () => events.zoom(1.25), { icon: 'plus' }),
      button('Zoom out', () => events.zoom(0.8), { icon: 'minus' }),
      button('Fit to window', () => events.fit(), { icon: 'fit' }),
      this.listButton,
      this.exportButton,
      this.lockButton,
    ].map(b => b.element)
    this.marks.append(this.markBox.element, this.markLegend)
    this.listButton.press(false)
    this.lockButton.press(false)
    this.element = html(
      'header',
      { class: 'toolbar' },
      html('span', { class: 'lead' }, this.title, this.totals, this.tasks),
      this.marks,
      html('span', { class: 'group buttons' }, ...buttons),
    )
  }

  show(title: string, graph: ModelGraph | null, scene: Scene | null): void {
    text(this.title, title)
    text(this.totals, graph && scene ? sizes(graph, scene) : '')
    const chips = (scene?.tasks ?? []).map((task, i) => {
      const head = scene!.groups.find(group => group.kind === 'head' && group.tasks[0] === task.name)
      const size = head?.parameters ? ` ${compactCount(head.parameters)}` : ''
      const chip = html(
        'button',
        { class: 'chip link', title: `Show task ${task.name} in the text` },
        markerIcon(i),
        task.name,
        html('span', { class: 'muted' }, size),
      )
      chip.addEventListener('click', () => this.events.revealTask(task.name))
      return chip
    })
    this.tasks.replaceChildren(...chips)
  }

  /** @param problem why the graph is out of date, or null where it is not */
  stale(problem: string | null): void {
    this.banner.hidden = problem === null
    if (problem !== null) this.banner.replaceChildren(icon('warning'), html('span', {}, html('strong', {}, 'Last good graph. '), problem))
  }

  /** The switch and the legend of the marks, where a run has seen something. */
  conflict(conflict: GraphConflict | null, marked: boolean): void {
    this.marks.hidden = conflict === null
    this.markBox.check(marked)
    this.markLegend.replaceChildren(...(conflict ? [markLegend(conflict)] : []))
  }

  /** @param locked the panel stays with its model, whichever file is edited */
  lock(locked: boolean): void {
    if (locked !== this.locked) this.lockButton.element.replaceChildren(icon(locked ? 'lock' : 'unlock'))
    this.locked = locked
    this.lockButton.press(locked)
  }

  toggleList(): void {
    this.listed = !this.listed
    this.listButton.press(this.listed)
    this.events.list(this.listed)
  }
}

function sizes(graph: ModelGraph, scene: Scene): string {
  const total = parameterCounts(graph).total
  const trunk = scene.groups.find(group => group.kind === 'trunk')
  const all = total === null ? 'parameters unknown' : `${count(total)} parameters`
  return trunk && trunk.parameters !== null && total !== null ? `${all}, ${count(trunk.parameters)} in the trunk` : all
}
