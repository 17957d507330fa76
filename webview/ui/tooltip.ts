import { html } from './element'

/** One tooltip per panel, beside the pointer and within the window. It follows the pointer and takes no events itself. */
export class Tooltip {
  readonly element = html('div', { class: 'tooltip', role: 'tooltip', hidden: true })

  /** @param beside the pointer, or what the tooltip should leave uncovered: it stands below, above where there is no room */
  show(content: readonly Node[], x: number, beside: number | DOMRect): void {
    this.element.replaceChildren(...content)
    this.element.hidden = false
    const { width, height } = this.element.getBoundingClientRect()
    if (typeof beside !== 'number') {
      const below = beside.bottom + 6
      return this.place(x - width / 2, below + height > innerHeight ? beside.top - height - 6 : below)
    }
    const y = beside
    const left = x + 16 + width > innerWidth ? x - 12 - width : x + 16
    const top = y + 16 + height > innerHeight ? y - 12 - height : y + 16
    this.place(left, top)
  }

  private place(left: number, top: number): void {
    const { width, height } = this.element.getBoundingClientRect()
    this.element.style.left = `${Math.max(4, Math.min(left, innerWidth - width - 4))}px`
    this.element.style.top = `${Math.max(4, Math.min(top, innerHeight - height - 4))}px`
  }

  hide(): void {
    this.element.hidden = true
  }
}
