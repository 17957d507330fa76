import type { RunSummary } from '../../src/runs/summary'
import { checkbox } from '../ui/controls'
import { html, text } from '../ui/element'
import { runLabel, statusText } from './runRow'

/** A list that opens below its button: which runs are shown. */
export class RunChooser {
  private readonly label = html('summary')
  private readonly list = html('div', { class: 'choices', role: 'group', 'aria-label': 'Runs to show' })
  readonly element = html('details', { class: 'chooser' }, this.label, this.list)
  private made = ''

  constructor(private readonly choose: (runs: string[]) => void) {
    this.element.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || !this.element.open) return
      this.element.open = false
      this.label.focus()
    })
    document.addEventListener('pointerdown', event => {
      if (this.element.open && !this.element.contains(event.target as Node)) this.element.open = false
    })
  }

  update(runs: readonly RunSummary[], shown: readonly string[]): void {
    text(this.label, `Runs: ${shown.length} of ${runs.length}`)
    const made = JSON.stringify([runs.map(run => [run.id, run.status]), shown])
    if (made === this.made) return
    this.made = made
    const chosen = new Set(shown)
    this.list.replaceChildren(
      ...runs.map(run => {
        const change = (checked: boolean) => {
          if (checked) chosen.add(run.id)
          else chosen.delete(run.id)
          this.choose(runs.map(other => other.id).filter(id => chosen.has(id)))
        }
        const line = html('span', {}, runLabel(run), html('span', { class: 'muted' }, ` ${statusText(run.status).toLowerCase()} · ${run.weighting}`))
        return html('div', {}, checkbox(line, chosen.has(run.id), change).element)
      }),
    )
  }
}
