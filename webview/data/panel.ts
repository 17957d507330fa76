import type { DataReport, DataWarning } from '../../src/ir/dataReport'
import type { DataAction, DataDelta, DataPanelState, DataSnapshot, DataView } from '../../src/protocol/dataPanel'
import type { Listener } from '../channel'
import type { Host } from '../host'
import { button, link } from '../ui/controls'
import { html, text } from '../ui/element'
import { count, plural } from '../ui/format'
import { icon } from '../ui/icon'
import { Tabs } from '../ui/tabs'
import { Theme } from '../ui/theme'
import { columnsView } from './columnsView'
import { labelsView } from './labelsView'
import { rowsView } from './rowsView'
import { tasksView } from './tasksView'

const defaults: DataPanelState = { uri: '', view: 'columns', filter: '', usedOnly: false, scroll: 0 }

/** The data of one model: a head that tells how it stands, what is suspicious, and one of four views. */
export class DataPanel implements Listener<DataSnapshot, DataDelta> {
  private state: DataPanelState
  private report: DataReport | null = null
  private saving: number | undefined
  private readonly title = html('h1', { class: 'title' })
  private readonly facts = html('span', { class: 'muted' })
  private readonly progress = html('span', { class: 'muted', role: 'status' })
  private readonly banner = html('div', { class: 'banner', role: 'alert', hidden: true })
  private readonly head = html('div', { class: 'head' })
  private readonly empty = html('main', { class: 'empty' }, html('h2', {}, 'Looking for data…'))
  private readonly content = html('main', { class: 'content', hidden: true })
  private readonly refresh
  private readonly stop
  private readonly tabs: Tabs<DataView>

  constructor(
    root: HTMLElement,
    private readonly host: Host<DataAction, DataPanelState>,
  ) {
    this.state = host.saved ?? defaults
    // Sets the palette as variables, which is all that this panel's drawings need.
    new Theme()
    this.refresh = button('Read again', () => host.send({ kind: 'refresh' }), { icon: 'reset' })
    this.stop = button('Stop', () => host.send({ kind: 'stop' }), { icon: 'stop' })
    this.tabs = new Tabs(
      'Views of the data',
      [
        ['columns', 'Columns'],
        ['labels', 'Labels'],
        ['tasks', 'Tasks'],
        ['rows', 'Rows'],
      ],
      this.state.view,
      view => {
        this.save({ view, scroll: 0 })
        this.draw()
      },
    )
    const buttons = html('span', { class: 'group buttons' }, this.progress, this.stop.element, this.refresh.element)
    const toolbar = html('header', { class: 'toolbar' }, this.title, this.facts, buttons)
    this.content.append(this.head, this.tabs.element, this.tabs.panel)
    this.content.addEventListener('scroll', () => {
      clearTimeout(this.saving)
      this.saving = window.setTimeout(() => this.save({ scroll: this.content.scrollTop }), 200)
    })
    root.replaceChildren(toolbar, this.banner, this.empty, this.content)
    this.stop.show(false)
    this.refresh.show(false)
  }

  snapshot({ uri, title, status, message, report }: DataSnapshot): void {
    const moved = this.state.uri !== uri
    this.save(moved ? { uri, scroll: this.state.uri === '' ? this.state.scroll : 0 } : {})
    text(this.title, title)
    text(this.progress, status === 'reading' ? 'Reading…' : '')
    this.stop.show(status === 'reading')
    this.refresh.show(['ready', 'failed', 'stopped'].includes(status))
    this.tell(status, message, report !== null)
    this.empty.hidden = report !== null
    this.content.hidden = report === null
    text(this.facts, report ? rowFacts(report) : '')
    if (report === null) this.report = null
    if (report === null || JSON.stringify(report) === JSON.stringify(this.report)) return
    this.report = report
    this.head.replaceChildren(...this.warnings(report), ...remarks(report))
    this.draw()
    this.content.scrollTop = this.state.scroll
  }

  /** There are none. */
  delta(): void {}

  private tell(status: DataSnapshot['status'], message: string | null, shown: boolean): void {
    const [heading, advice] = {
      waiting: ['Looking for data…', ''],
      reading: ['Reading the data…', 'It is done in a process of its own.'],
      ready: ['', ''],
      failed: ['The data can’t be read', message ?? ''],
      broken: ['The model file can’t be used yet', message ?? 'Its errors are marked in the text.'],
      untrusted: ['Data are read in trusted workspaces only', ''],
      stopped: ['Reading was stopped', ''],
    }[status] as [string, string]
    const problem = ['failed', 'broken', 'untrusted', 'stopped'].includes(status)
    this.banner.hidden = !shown || !problem
    this.banner.replaceChildren(
      icon('warning'),
      html('span', {}, `${heading}${advice ? `: ${advice}` : ''}. What is shown was read before.`),
    )
    const trust =
      status === 'untrusted'
        ? button('Manage Workspace Trust', () => this.host.send({ kind: 'trust' }), { kind: 'primary', icon: 'lock' }).element
        : null
    this.empty.replaceChildren(html('h2', {}, heading), ...(advice ? [html('p', {}, advice)] : []), ...(trust ? [trust] : []))
  }

  private warnings({ warnings }: DataReport): Node[] {
    if (warnings.length === 0) return []
    const item = (warning: DataWarning) => {
      const { source, node, column, task } = warning
      const about = {
        source,
        ...(node !== undefined && { node }),
        ...(column !== undefined && { column }),
        ...(task !== undefined && { task }),
      }
      return html(
        'li',
        {},
        icon('warning'),
        link(warning.message, () => this.host.send({ kind: 'reveal', ...about })),
      )
    }
    return [html('ul', { class: 'warnings', 'aria-label': 'Warnings' }, ...warnings.map(item))]
  }

  private draw(): void {
    const { report, state } = this
    if (!report) return
    const act = (action: DataAction) => this.host.send(action)
    const view = {
      columns: () => columnsView(report, state, filter => this.save(filter), act),
      labels: () => labelsView(report, act),
      tasks: () => tasksView(report),
      rows: () => rowsView(report),
    }[state.view]()
    this.tabs.panel.replaceChildren(view)
  }

  private save(change: Partial<DataPanelState>): void {
    this.state = { ...this.state, ...change }
    this.host.save(this.state)
  }
}

const partNames = { train: 'training', validation: 'validation', test: 'test' } as const

const rowFacts = ({ splits }: DataReport): string =>
  `${splits.map(({ name, rows }) => `${count(rows)} ${partNames[name]}`).join(' · ')} rows`

/** What training tells as well, and what was not looked at whole. */
function remarks({ notes, sampling }: DataReport): Node[] {
  const all = [...notes, ...sampling]
  if (all.length === 0) return []
  return [
    html(
      'details',
      { class: 'notes' },
      html('summary', {}, plural(all.length, 'note')),
      html('ul', {}, ...all.map(note => html('li', {}, note))),
    ),
  ]
}
