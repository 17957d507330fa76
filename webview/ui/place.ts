/** Puts a floating element below a place of the screen, above it where there is no room, and always within the window. */
export function placeBeside(element: HTMLElement, anchor: DOMRect, gap = 4): void {
  const { width, height } = element.getBoundingClientRect()
  const below = anchor.bottom + gap
  const top = below + height > innerHeight - 4 ? anchor.top - height - gap : below
  element.style.left = `${Math.max(4, Math.min(anchor.left, innerWidth - width - 4))}px`
  element.style.top = `${Math.max(4, Math.min(top, innerHeight - height - 4))}px`
}
