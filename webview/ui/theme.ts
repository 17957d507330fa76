import { colourOf, palette, themeKind, type ThemeKind } from './palette'

/**
 * Follows VS Code's theme: sets the palette as `--mtl-colour-N` on the body and tells listeners, which draw on canvas, when it changes.
 */
export class Theme {
  kind: ThemeKind = 'dark'

  constructor(private readonly changed: () => void = () => undefined) {
    this.apply()
    // VS Code changes class and variables together; the variables stand on <html>.
    const observer = new MutationObserver(() => {
      this.apply()
      this.changed()
    })
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] })
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] })
  }

  colour(index: number): string {
    return colourOf(index, this.kind)
  }

  /** @returns the value of a theme variable, for what can't use CSS */
  variable(name: string, fallback = ''): string {
    return getComputedStyle(document.body).getPropertyValue(name).trim() || fallback
  }

  private apply(): void {
    this.kind = themeKind(document.body.classList)
    palette[this.kind].forEach((colour, i) => document.body.style.setProperty(`--mtl-colour-${i}`, colour))
  }
}

/** `var(--mtl-colour-N)`, for styles. */
export const colourVariable = (index: number): string => `var(--mtl-colour-${index % palette.dark.length})`

export const reducedMotion = (): boolean =>
  document.body.classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches
