import { html } from './element'
import { placeBeside } from './place'

/** A small form beside what it is about. Escape and a press outside close it, and the focus goes back. */
export class Popover {
  private readonly title = html('h2', { id: 'popover-title' })
  private readonly body = html('div', { class: 'fields' })
  private readonly refusal = html('div', { class: 'refusal', role: 'alert', hidden: true })
  private readonly buttons = html('div', { class: 'group' })
  private readonly form = html('form', { novalidate: true }, this.title, this.body, this.refusal, this.buttons)
  readonly element = html('div', { class: 'popover', role: 'dialog', 'aria-labelledby': 'popover-title', hidden: true }, this.form)
  private anchor: () => DOMRect = () => new DOMRect()
  private back: () => HTMLElement | SVGElement | null | undefined = () => null
  private submit: () => void = () => undefined

  constructor() {
    this.form.addEventListener('submit', event => {
      event.preventDefault()
      this.submit()
    })
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.close(true)
      else if (event.key === 'Enter' && event.target instanceof HTMLSelectElement) this.submit()
      else return
      event.preventDefault()
      event.stopPropagation()
    })
    document.addEventListener('pointerdown', event => {
      if (!this.element.contains(event.target as Node)) this.close(false)
    })
  }

  get isOpen(): boolean {
    return !this.element.hidden
  }

  /**
   * @param anchor where on the screen the form belongs, asked anew whenever it changes its size
   * @param back what gets the focus when it closes
   */
  open(
    title: string,
    content: { readonly fields: readonly HTMLElement[]; readonly buttons: readonly HTMLElement[]; submit(): void },
    anchor: () => DOMRect,
    back: () => HTMLElement | SVGElement | null | undefined,
  ): void {
    Object.assign(this, { anchor, back, submit: () => content.submit() })
    this.title.textContent = title
    this.body.replaceChildren(...content.fields)
    this.buttons.replaceChildren(...content.buttons)
    this.refusal.hidden = true
    this.element.hidden = false
    this.place()
    const first = this.element.querySelector<HTMLInputElement>('input, select') ?? content.buttons[0]
    first?.focus()
    if (first instanceof HTMLInputElement) first.select()
  }

  fields(fields: readonly HTMLElement[]): void {
    this.body.replaceChildren(...fields)
    this.place()
  }

  /**
   * @param reason why it can't be done; null takes the last one away
   * @param action a button beside the reason
   */
  refuse(reason: string | null, action: HTMLElement | null = null): void {
    this.refusal.hidden = reason === null
    this.refusal.replaceChildren(html('p', {}, reason ?? ''), ...(action ? [action] : []))
    this.place()
  }

  place(): void {
    if (this.isOpen) placeBeside(this.element, this.anchor())
  }

  close(refocus: boolean): void {
    if (!this.isOpen) return
    this.element.hidden = true
    if (refocus) this.back()?.focus({ preventScroll: true })
  }
}
