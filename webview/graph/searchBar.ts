import { button } from '../ui/controls'
import { html, text } from '../ui/element'
import { plural } from '../ui/format'

export interface SearchEvents {
  /** @returns ids of the matches, in the order in which they are visited */
  find(query: string): readonly string[]
  /** Shows a match. @returns how it reads, for screen readers */
  visit(id: string): string
  /** The marked matches have changed; `current` is the one that is visited. */
  mark(ids: readonly string[], current: string | null): void
  /** The field was closed: the focus goes back to the graph. */
  closed(current: string | null): void
}

/** The search field over the drawing: Enter goes to the next match, Shift+Enter to the one before, Escape closes. */
export class SearchBar {
  private readonly input = html('input', {
    class: 'input',
    type: 'text',
    spellcheck: 'false',
    placeholder: 'Name, kind or option',
    'aria-label': 'Find in the graph',
  })
  private readonly state = html('span', { class: 'state muted', role: 'status' })
  readonly element: HTMLElement
  private matches: readonly string[] = []
  private at = -1

  constructor(private readonly events: SearchEvents) {
    const buttons = [
      button('Previous match', () => this.go(-1), { icon: 'up' }),
      button('Next match', () => this.go(1), { icon: 'chevron' }),
      button('Close search', () => this.close(), { icon: 'close' }),
    ]
    this.element = html('div', { class: 'search', role: 'search', hidden: true }, this.input, this.state, ...buttons.map(b => b.element))
    this.input.addEventListener('input', () => this.search(true))
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.close()
      else if (event.key === 'Enter' && event.target === this.input) this.go(event.shiftKey ? -1 : 1)
      else return
      event.preventDefault()
      event.stopPropagation()
    })
  }

  open(): void {
    this.element.hidden = false
    this.input.focus()
    this.input.select()
    this.search(false)
  }

  close(): void {
    if (this.element.hidden) return
    const current = this.matches[this.at] ?? null
    this.element.hidden = true
    this.events.mark([], null)
    this.events.closed(current)
  }

  /** The graph has changed: the same words are looked for again. */
  refresh(): void {
    if (!this.element.hidden) this.search(false)
  }

  private search(move: boolean): void {
    const before = this.matches[this.at]
    this.matches = this.events.find(this.input.value)
    this.at = before === undefined ? -1 : this.matches.indexOf(before)
    if (move && this.matches.length) {
      this.at = Math.max(0, this.at)
      this.show()
    } else this.tell('')
    this.events.mark(this.matches, this.matches[this.at] ?? null)
  }

  private go(direction: 1 | -1): void {
    const { length } = this.matches
    if (!length) return
    this.at = this.at < 0 ? (direction > 0 ? 0 : length - 1) : (this.at + direction + length) % length
    this.show()
    this.events.mark(this.matches, this.matches[this.at]!)
  }

  private show(): void {
    this.tell(this.events.visit(this.matches[this.at]!))
  }

  private tell(name: string): void {
    const { length } = this.matches
    const found = this.at >= 0 ? `${this.at + 1} of ${length}` : plural(length, 'match', 'matches')
    const missing = this.input.value.trim() !== '' && length === 0
    text(this.state, this.input.value.trim() === '' ? '' : missing ? 'No match' : found)
    // What it is stands in the drawing; who can't see that hears it.
    if (name && this.at >= 0) this.state.append(html('span', { class: 'visually-hidden' }, `: ${name}`))
    this.input.setAttribute('aria-invalid', String(missing))
  }
}
