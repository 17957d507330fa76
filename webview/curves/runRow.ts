import type { CurvesAction } from '../../src/protocol/curvesPanel'
import type { RunSummary } from '../../src/runs/summary'
import { button, checkbox, progressBar } from '../ui/controls'
import { html, text } from '../ui/element'
import { count, duration } from '../ui/format'
import { markerIcon } from '../ui/markerIcon'

export interface RunRowEvents {
  act(action: CurvesAction): void
  hide(run: string, hidden: boolean): void
}

const statusTexts: Readonly<Record<RunSummary['status'], string>> = {
  starting: 'Starting',
  training: 'Training',
  paused: 'Paused',
  completed: 'Completed',
  stopped: 'Stopped',
  failed: 'Failed',
  interrupted: 'Interrupted',
}

/** "penguins · seed 1 · 22 Nov, 00:35" */
export function runLabel(run: RunSummary): string {
  const started = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(
    run.created,
  )
  return `${run.model} · seed ${run.seed} · ${started}`
}

/** A shown run: where it stands, and the buttons that drive it. */
export class RunRow {
  private readonly marker = html('span', { class: 'chip' })
  private readonly name = html('strong')
  private readonly status = html('span', { class: 'status' })
  private readonly progress = progressBar('Progress of the run')
  private readonly facts = html('span', { class: 'muted facts' })
  private readonly message = html('div', { class: 'message', hidden: true })
  private readonly visible
  private readonly buttons
  readonly element: HTMLElement
  private summary: RunSummary | null = null

  constructor(run: string, hidden: boolean, events: RunRowEvents) {
    const act = (kind: 'pause' | 'resume' | 'stop' | 'openModel') => () => events.act({ kind, run })
    this.visible = checkbox(this.marker, !hidden, shown => events.hide(run, !shown))
    this.visible.element.setAttribute('aria-label', 'Show the curves of this run')
    this.buttons = {
      pause: button('Pause', act('pause'), { icon: 'pause', kind: 'secondary' }),
      resume: button('Resume', act('resume'), { icon: 'play', kind: 'primary' }),
      stop: button('Stop', act('stop'), { icon: 'stop', kind: 'secondary' }),
      openModel: button('Open Model', act('openModel'), { icon: 'file', kind: 'secondary' }),
    }
    this.element = html(
      'section',
      { class: 'run', 'aria-label': 'Run' },
      html(
        'div',
        { class: 'line' },
        this.visible.element,
        this.name,
        this.status,
        html('span', { class: 'group buttons' }, ...Object.values(this.buttons).map(b => b.element)),
      ),
      html('div', { class: 'line' }, this.progress.element, this.facts),
      this.message,
    )
  }

  /** @param index the run's place among the shown ones, or null where it is the only one */
  update(summary: RunSummary, index: number | null): void {
    this.summary = summary
    const { status } = summary
    this.element.setAttribute('aria-label', `Run ${runLabel(summary)}`)
    this.element.dataset.status = status
    this.visible.element.hidden = index === null
    this.marker.replaceChildren(...(index === null ? [] : [markerIcon(index)]))
    text(this.name, runLabel(summary))
    text(this.status, statusTexts[status])
    this.progress.set(summary.steps > 0 ? Math.min(1, summary.step / summary.steps) : null, this.factsText())
    text(this.facts, this.factsText())
    const live = status === 'starting' || status === 'training' || status === 'paused'
    this.buttons.pause.show(status === 'training' || status === 'starting')
    this.buttons.resume.show(status === 'paused' || status === 'interrupted')
    this.buttons.stop.show(live)
    this.message.hidden = !summary.message
    text(this.message, summary.message ?? '')
  }

  private factsText(): string {
    const { status, epoch, epochs, secondsLeft, examplesPerSecond, weighting } = this.summary!
    const facts = [weighting, `epoch ${count(epoch)} of ${count(epochs)}`]
    if (status === 'training' && secondsLeft !== null) facts.push(`${duration(secondsLeft)} left`)
    if (examplesPerSecond > 0) facts.push(`${count(examplesPerSecond)} examples/s`)
    return facts.join(' · ')
  }
}

export const statusText = (status: RunSummary['status']): string => statusTexts[status]
