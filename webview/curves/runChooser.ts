import type { RunSummary } from '../../src/runs/summary'
import { checkbox, type Checkbox } from '../ui/controls'
import { html, text } from '../ui/element'
import { runLabel, statusText } from './runRow'

interface Entry {
  readonly element: HTMLElement
  readonly name: HTMLElement
  readonly facts: HTMLElement
  readonly box: Checkbox
}

/** A list that opens below its button: which runs are shown. */
export class RunChooser {
  private readonly label = html('summary')
  private readonly list = html('div', { class: 'choices', role: 'group', 'aria-label': 'Runs to show' })
  readonly element = html('details', { class: 'chooser' }, this.label, this.list)
  private readonly entries = new Map<string, Entry>()
  private runs: readonly string[] = []
  private chosen = new Set<string>()

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
    this.runs = runs.map(run => run.id)
    this.chosen = new Set(shown)
    for (const [id, { element }] of this.entries) if (!this.runs.includes(id)) this.forget(id, element)
    runs.forEach((run, place) => {
      const entry = this.entries.get(run.id) ?? this.add(run.id)
      text(entry.name, runLabel(run))
      text(entry.facts, ` ${statusText(run.status).toLowerCase()} · ${run.weighting}`)
      entry.box.check(this.chosen.has(run.id))
      // Moved only where it must: an element that is moved loses the focus.
      if (this.list.children[place] !== entry.element) this.list.insertBefore(entry.element, this.list.children[place] ?? null)
    })
  }

  private add(id: string): Entry {
    const name = html('span')
    const facts = html('span', { class: 'muted' })
    const box = checkbox(html('span', {}, name, facts), false, checked => {
      if (checked) this.chosen.add(id)
      else this.chosen.delete(id)
      this.choose(this.runs.filter(run => this.chosen.has(run)))
    })
    const entry = { element: html('div', {}, box.element), name, facts, box }
    this.entries.set(id, entry)
    return entry
  }

  private forget(id: string, element: HTMLElement): void {
    element.remove()
    this.entries.delete(id)
  }
}
