import { html } from './element'
import { placeBeside } from './place'

export interface MenuItem {
  readonly label: string
  /** Stands at the right in a quieter colour: what is set now. */
  readonly detail?: string
  run(): void
}

/** Items in parts, between which a line is drawn. */
export type MenuParts = readonly (readonly MenuItem[])[]

/** A menu as the ARIA practices describe it: arrow keys walk round, Home, End and first letters jump, Escape goes back to where it came from. */
export class Menu {
  readonly element = html('div', { class: 'menu', role: 'menu', hidden: true })
  private back: HTMLElement | SVGElement | null = null
  private items: HTMLElement[] = []

  constructor() {
    this.element.addEventListener('keydown', event => this.key(event))
    this.element.addEventListener('contextmenu', event => event.preventDefault())
    document.addEventListener('pointerdown', event => {
      if (!this.element.contains(event.target as Node)) this.close(false)
    })
    window.addEventListener('blur', () => this.close(false))
    window.addEventListener('resize', () => this.close(false))
  }

  get isOpen(): boolean {
    return !this.element.hidden
  }

  /** @param back gets the focus again when the menu closes without anything else taking it */
  open(label: string, parts: MenuParts, anchor: DOMRect, back: HTMLElement | SVGElement | null): void {
    this.back = back
    this.items = []
    const groups = parts
      .filter(part => part.length > 0)
      .map(part => html('div', { class: 'part', role: 'group' }, ...part.map(item => this.item(item))))
    this.element.setAttribute('aria-label', label)
    this.element.replaceChildren(...groups)
    this.element.hidden = false
    placeBeside(this.element, anchor)
    this.items[0]?.focus()
  }

  close(refocus: boolean): void {
    if (!this.isOpen) return
    this.element.hidden = true
    if (refocus) this.back?.focus({ preventScroll: true })
  }

  private item({ label, detail, run }: MenuItem): HTMLElement {
    const element = html(
      'button',
      { class: 'item', role: 'menuitem', tabindex: -1, type: 'button' },
      html('span', {}, label),
      detail !== undefined && html('span', { class: 'muted' }, detail),
    )
    element.addEventListener('click', () => {
      this.close(true)
      run()
    })
    element.addEventListener('pointerenter', () => element.focus())
    this.items.push(element)
    return element
  }

  private key(event: KeyboardEvent): void {
    const { items } = this
    const at = items.indexOf(document.activeElement as HTMLElement)
    const letter = event.key.length === 1 && /\p{L}/u.test(event.key) ? event.key.toLowerCase() : null
    const starting = [...items.slice(at + 1), ...items.slice(0, at + 1)].find(item =>
      item.textContent.toLowerCase().startsWith(letter ?? '\0'),
    )
    const next = {
      ArrowDown: items[(at + 1) % items.length],
      ArrowUp: items[(at - 1 + items.length) % items.length],
      Home: items[0],
      End: items.at(-1),
    }[event.key]
    if (event.key === 'Escape' || event.key === 'Tab') this.close(true)
    else if (next ?? starting) (next ?? starting)!.focus()
    else if (event.key !== 'Enter' && event.key !== ' ') return
    event.stopPropagation()
    if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault()
  }
}
