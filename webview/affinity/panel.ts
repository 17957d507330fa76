import type { AffinityAction, AffinityPanelState, AffinitySnapshot, Measurement } from '../../src/protocol/affinityPanel'
import type { AffinityResult, TaskTable } from '../../src/ir/affinity'
import type { Listener } from '../channel'
import { entryText, HeatMap, matrixTable } from '../conflict/heatMap'
import type { Host } from '../host'
import { button, checkbox, link, progressBar } from '../ui/controls'
import { html } from '../ui/element'
import { icon } from '../ui/icon'
import { duration, plural } from '../ui/format'
import { Menu } from '../ui/menu'
import { pngPicture, svgPicture } from '../ui/picture'
import { Theme } from '../ui/theme'
import { Tooltip } from '../ui/tooltip'
import { csvOf } from './export'
import { groupingTable, groupsText, worthwhile } from './groupings'

const defaults: AffinityPanelState = { id: null, most: 2, layer: null, table: false }

/** One measurement of task affinity: who helps whom, whose trunks are alike, and who should be trained together. */
export class AffinityPanel implements Listener<AffinitySnapshot, never> {
  private state: AffinityPanelState
  private measurements: readonly Measurement[] = []
  private stale = false
  private readonly tooltip = new Tooltip()
  private readonly menu = new Menu()
  private readonly affinityMap = new HeatMap((pair, cell) => this.readPair(pair, cell))
  private readonly ckaMap = new HeatMap((pair, cell) => this.readPair(pair, cell))
  private readonly chooser = html('select', { class: 'select', 'aria-label': 'Measurement' })
  private readonly layers = html('select', { class: 'select', 'aria-label': 'Layer of the similarity' })
  private readonly save = button('Save picture or values', () => this.openExport(), { icon: 'export' })
  private readonly bar = progressBar('Trainings done')
  private readonly banner = html('div', { class: 'banner' }, icon('warning'), 'The model has changed since this was measured.')
  private readonly standing = html('div', { class: 'standing' })
  private readonly figures = html('div')
  private readonly toolbar: HTMLElement
  private readonly empty = html('div', { class: 'empty' }, html('h2', {}, 'Looking for measurements…'))
  private readonly content: HTMLElement

  constructor(
    root: HTMLElement,
    private readonly host: Host<AffinityAction, AffinityPanelState>,
  ) {
    this.state = host.saved ?? defaults
    this.chooser.addEventListener('change', () => host.send({ kind: 'show', id: this.chooser.value }))
    this.layers.addEventListener('change', () => this.change({ layer: this.layers.selectedIndex < 1 ? null : this.layers.value }))
    this.save.opensMenu()
    const ofShown = (kind: 'measure' | 'openModel') => this.shown && host.send({ kind, id: this.shown.id })
    const field = (input: HTMLElement) => html('label', { class: 'field' }, html('span', {}, input.getAttribute('aria-label')), input)
    this.toolbar = html(
      'div',
      { class: 'toolbar', role: 'toolbar', 'aria-label': 'Choices' },
      field(this.chooser),
      field(this.layers),
      checkbox('Table', this.state.table, table => this.change({ table })).element,
      html(
        'span',
        { class: 'group buttons' },
        button('Measure Again', () => ofShown('measure'), { icon: 'reset' }).element,
        button('Open Model', () => ofShown('openModel'), { icon: 'file' }).element,
        button('Show Curves', () => this.showCurves(), { icon: 'graph' }).element,
        this.save.element,
      ),
    )
    this.content = html('main', { class: 'content' }, this.standing, this.figures)
    root.replaceChildren(this.toolbar, this.banner, this.empty, this.content, this.tooltip.element, this.menu.element)
    new Theme(() => this.draw())
  }

  snapshot({ measurements, shown, stale }: AffinitySnapshot): void {
    this.measurements = measurements
    this.stale = stale
    // A layer of another model means nothing here.
    this.state = { ...this.state, ...(shown !== this.state.id && { id: shown, layer: null }) }
    this.host.save(this.state)
    this.draw()
  }

  delta(): void {}

  private get shown(): Measurement | undefined {
    return this.measurements.find(({ id }) => id === this.state.id)
  }

  private change(change: Partial<AffinityPanelState>): void {
    this.state = { ...this.state, ...change }
    this.host.save(this.state)
    this.draw()
  }

  private draw(): void {
    const { shown } = this
    this.tooltip.hide()
    this.empty.hidden = shown !== undefined
    this.content.hidden = shown === undefined
    this.toolbar.hidden = shown === undefined
    this.banner.hidden = !this.stale || shown === undefined
    if (!shown) {
      const advice = 'MTL: Measure Task Affinity… trains the tasks of a model together and alone, and tells which help each other.'
      this.empty.replaceChildren(html('h2', {}, 'Nothing measured yet'), html('p', {}, advice))
      return
    }
    const { result } = shown
    fillOptions(
      this.chooser,
      this.measurements.map(one => [one.id, measurementLabel(one)]),
    )
    this.chooser.value = shown.id
    const names = (result?.layers ?? []).map(({ layer }) => layer)
    fillOptions(this.layers, [['', 'End of the trunk'], ...names.map(name => [name, name] as const)])
    this.layers.selectedIndex = this.state.layer === null ? 0 : names.indexOf(this.state.layer) + 1
    this.layers.disabled = result === null
    this.save.enable(result !== null)
    this.drawStanding(shown)
    const focused = document.activeElement?.id
    this.figures.replaceChildren(...(result ? this.figuresOf(result) : []))
    if (focused) document.getElementById(focused)?.focus()
  }

  private drawStanding({ id, status, done, total, current, secondsLeft, message }: Measurement): void {
    this.standing.hidden = status === 'completed'
    if (status === 'completed') return
    if (status === 'running') {
      const text = total === 0 ? 'starting' : `${Math.min(done + 1, total)} of ${total}${current ? `: ${current.label}` : ''}`
      const left = secondsLeft === null ? '' : ` · ${duration(secondsLeft)} left`
      this.bar.set(total === 0 ? null : done / total, text)
      const stop = link('Stop', () => this.host.send({ kind: 'stop', id }))
      return this.standing.replaceChildren(this.bar.element, html('span', {}, `${text}${left}`), stop)
    }
    const what = { stopped: 'Stopped', failed: 'Failed', interrupted: 'Interrupted: its process is gone' }[status]
    const why = message && message !== 'stopped' ? ` ${message}` : ''
    const goOn = link('Go on', () => this.host.send({ kind: 'resume', id }))
    this.standing.replaceChildren(html('span', {}, html('strong', {}, what), ` after ${done} of ${total}.${why}`), goOn)
  }

  private figuresOf(result: AffinityResult): HTMLElement[] {
    const { tasks, affinity, steps, notes } = result
    const affinityTitle = `Affinity: what a step for the row’s task does for the column’s, mean of ${plural(steps, 'step')} of one training`
    const ckaTitle = `Similarity of what the tasks learn alone (CKA), ${this.state.layer ?? 'end of the trunk'}`
    const map = (map: HeatMap, table: TaskTable, measure: 'lookAhead' | 'cosine', title: string) => {
      const values = tasks.map(i => tasks.map(j => table[i]![j]!))
      if (!this.state.table) map.show(values, tasks, measure, title)
      const drawing = this.state.table ? matrixTable(values, tasks, measure, title) : map.element
      return html('section', { class: 'heat', 'aria-label': title }, html('h2', {}, title), html('div', { class: 'matrix' }, drawing))
    }
    return [
      html(
        'div',
        { class: 'upper' },
        map(this.affinityMap, affinity, 'lookAhead', affinityTitle),
        map(this.ckaMap, this.cka(result), 'cosine', ckaTitle),
      ),
      this.groupingsOf(result),
      ...notes.map(note => html('p', { class: 'muted' }, note)),
    ]
  }

  private groupingsOf(result: AffinityResult): HTMLElement {
    const groupings = worthwhile(result.groupings)
    const chosen = groupings.findLast(({ most }) => most <= this.state.most) ?? groupings[0]!
    const { groups, apart } = chosen
    const differ = groupsText(groups) !== groupsText(apart.groups)
    const write = button('Write the grouped model', () => this.host.send({ kind: 'writeGroups', id: result.id, groups: apart.groups }), {
      kind: 'primary',
    })
    write.enable(apart.groups.length > 1)
    return html(
      'section',
      { class: 'grouping', 'aria-label': 'Groups' },
      html('h2', {}, 'Who should be trained together'),
      groupingTable(groupings, chosen.most, most => this.change({ most })),
      ...(chosen.exact
        ? []
        : [html('p', { class: 'muted' }, 'With so many tasks not all groupings were tried: there may be better ones.')]),
      ...(differ
        ? [html('p', {}, `A task of a model file has one trunk. With each task in one group, the best is ${groupsText(apart.groups)}.`)]
        : []),
      html(
        'p',
        { class: 'write' },
        write.element,
        html('span', { class: 'muted' }, 'Each group gets a trunk of its own; the change is shown before it is made.'),
      ),
    )
  }

  private cka({ cka, layers }: AffinityResult): TaskTable {
    return layers.find(({ layer }) => layer === this.state.layer)?.cka ?? cka
  }

  private readPair(pair: readonly [number, number] | null, cell: DOMRect | null): void {
    const result = this.shown?.result
    if (!pair || !cell || !result) return this.tooltip.hide()
    const [a, b] = pair.map(i => result.tasks[i]!) as [string, string]
    const value = (table: TaskTable, measure: 'lookAhead' | 'cosine') => entryText(table[a]![b]!, measure)
    const lines = [
      `Affinity of ${a} for ${b}: ${value(result.affinity, 'lookAhead')} ± ${value(result.spread, 'lookAhead')} over steps`,
      `To first order: ${value(result.firstOrder, 'lookAhead')}`,
      ...(a === b ? [] : [`CKA at the end of the trunk: ${value(result.cka, 'cosine')}`]),
      ...(a === b ? [] : result.layers.map(({ layer, cka }) => `CKA at ${layer}: ${value(cka, 'cosine')}`)),
    ]
    this.tooltip.show(
      lines.map(line => html('div', {}, line)),
      cell.left + cell.width / 2,
      cell,
    )
  }

  private showCurves(): void {
    const runs = this.shown?.result?.runs
    if (runs) this.host.send({ kind: 'showCurves', runs: [runs.together, ...Object.values(runs.alone)] })
    else if (this.shown?.current?.run) this.host.send({ kind: 'showCurves', runs: [this.shown.current.run] })
  }

  private openExport(): void {
    const { shown, state } = this
    if (!shown?.result) return
    const { result } = shown
    const save = (ending: string, name: string, encoding: 'utf8' | 'base64', data: string) =>
      this.host.send({ kind: 'save', name: `${shown.model}-${name}.${ending}`, content: { encoding, data } })
    const pictures = (
      [
        ['affinity', 'Affinity', this.affinityMap],
        ['cka', 'Similarity', this.ckaMap],
      ] as const
    ).flatMap(([name, label, map]) => {
      const picture = () => svgPicture(map.picture, map.size, map.element.getAttribute('aria-label')!)
      return [
        { label: `${label} as SVG picture`, run: () => save('svg', name, 'utf8', picture()) },
        { label: `${label} as PNG picture`, run: () => void pngPicture(picture()).then(data => save('png', name, 'base64', data)) },
      ]
    })
    const csv = { label: 'Values as CSV', run: () => save('csv', 'affinity', 'utf8', csvOf(result)) }
    this.menu.open('Save', [[...(state.table ? [] : pictures), csv]], this.save.element.getBoundingClientRect(), this.save.element)
  }
}

/** `penguins · 22 Nov, 03:50` */
function measurementLabel({ model, created, status }: Measurement): string {
  const when = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(created)
  return [model, when, ...(status === 'completed' ? [] : [status])].join(' · ')
}

/** Options that are made anew would close an open list. */
function fillOptions(select: HTMLSelectElement, options: readonly (readonly [value: string, label: string])[]): void {
  const made = JSON.stringify(options)
  if (select.dataset.made === made) return
  select.dataset.made = made
  select.replaceChildren(...options.map(([value, label]) => html('option', { value }, label)))
}
