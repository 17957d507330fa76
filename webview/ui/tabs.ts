import { html } from './element'

/** Views of which one is shown, as the ARIA practices describe tabs: arrow keys walk, Home and End jump. */
export class Tabs<T extends string> {
  readonly element = html('div', { class: 'tabs', role: 'tablist' })
  readonly panel = html('div', { class: 'tabPanel', role: 'tabpanel', id: 'tab-panel', tabindex: 0 })
  private readonly buttons = new Map<T, HTMLButtonElement>()

  constructor(
    label: string,
    views: readonly (readonly [T, string])[],
    private chosen: T,
    private readonly change: (view: T) => void,
  ) {
    this.element.setAttribute('aria-label', label)
    for (const [view, name] of views) {
      const button = html('button', { class: 'tab', role: 'tab', type: 'button', id: `tab-${view}`, 'aria-controls': 'tab-panel' }, name)
      button.addEventListener('click', () => this.choose(view))
      this.buttons.set(view, button)
      this.element.append(button)
    }
    this.element.addEventListener('keydown', event => this.key(event))
    this.mark()
  }

  private choose(view: T): void {
    if (view === this.chosen) return
    this.chosen = view
    this.mark()
    this.change(view)
  }

  private mark(): void {
    for (const [view, button] of this.buttons) {
      button.setAttribute('aria-selected', String(view === this.chosen))
      button.tabIndex = view === this.chosen ? 0 : -1
    }
    this.panel.setAttribute('aria-labelledby', `tab-${this.chosen}`)
  }

  private key(event: KeyboardEvent): void {
    const views = [...this.buttons.keys()]
    const at = views.indexOf(this.chosen)
    const next = {
      ArrowRight: views[(at + 1) % views.length],
      ArrowLeft: views[(at - 1 + views.length) % views.length],
      Home: views[0],
      End: views.at(-1),
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    this.choose(next)
    this.buttons.get(next)!.focus()
  }
}
