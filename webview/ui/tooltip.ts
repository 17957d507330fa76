import { html } from './element'

/** One tooltip per panel, beside the pointer and within the window. It follows the pointer and takes no events itself. */
export class Tooltip {
  readonly element = html('div', { class: 'tooltip', role: 'tooltip', hidden: true })

  show(content: readonly Node[], x: number, y: number): void {
    this.element.replaceChildren(...content)
    this.element.hidden = false
    this.move(x, y)
  }

  move(x: number, y: number): void {
    const { width, height } = this.element.getBoundingClientRect()
    const left = x + 16 + width > innerWidth ? x - 12 - width : x + 16
    const top = y + 16 + height > innerHeight ? y - 12 - height : y + 16
    this.element.style.left = `${Math.max(4, Math.min(left, innerWidth - width - 4))}px`
    this.element.style.top = `${Math.max(4, Math.min(top, innerHeight - height - 4))}px`
  }

  hide(): void {
    this.element.hidden = true
  }
}
