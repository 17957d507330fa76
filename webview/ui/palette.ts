export type ThemeKind = 'light' | 'dark' | 'highContrast' | 'highContrastLight'

/**
 * Colours that stay apart for people with red-green or blue-yellow colour blindness: after Okabe & Ito 2008
 * (https://jfly.uni-koeln.de/color/), darkened on light backgrounds until each has a contrast of 3:1 (WCAG 2.1, 1.4.11).
 * A colour never stands alone: the same index gives a marker and a dash.
 */
const onLight = ['#0072b2', '#c44e00', '#00805d', '#a8478a', '#7a0019', '#5b47b8', '#3a3a3a', '#6b3d00']
const onDark = ['#56b4e9', '#f0a030', '#2fc48d', '#e58fc0', '#f0e442', '#8f6bff', '#d0d0d0', '#e05050']

export const palette: Readonly<Record<ThemeKind, readonly string[]>> = {
  light: onLight,
  dark: onDark,
  highContrast: onDark,
  highContrastLight: onLight,
}

export const markers = ['circle', 'square', 'triangle', 'diamond', 'plus', 'cross', 'star', 'bar'] as const
export type Marker = (typeof markers)[number]

/** Dash of a line, in CSS pixels; the first is solid. */
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [14, 4], [5, 2], [2, 2, 8, 2], [1, 5]]

const at = <T>(items: readonly T[], index: number): T => items[index % items.length]!

export const colourOf = (index: number, theme: ThemeKind): string => at(palette[theme], index)
export const markerOf = (index: number): Marker => at(markers, index)
export const dashOf = (index: number): number[] => [...at(dashes, index)]

/** VS Code puts the kind of theme on the body; high contrast light carries the class of high contrast too. */
export function themeKind(classes: DOMTokenList): ThemeKind {
  if (classes.contains('vscode-high-contrast-light')) return 'highContrastLight'
  if (classes.contains('vscode-high-contrast')) return 'highContrast'
  return classes.contains('vscode-light') ? 'light' : 'dark'
}

/** Outline of a marker around (0, 0) within a circle of the given radius, as SVG path data. */
export function markerPath(marker: Marker, radius: number): string {
  const polygon = (points: [number, number][]) => `M${points.map(([x, y]) => `${round(x * radius)} ${round(y * radius)}`).join('L')}Z`
  switch (marker) {
    case 'circle':
      return `M${-radius} 0a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0Z`
    case 'square':
      return polygon([
        [-0.85, -0.85],
        [0.85, -0.85],
        [0.85, 0.85],
        [-0.85, 0.85],
      ])
    case 'triangle':
      return polygon([
        [0, -1],
        [1, 0.8],
        [-1, 0.8],
      ])
    case 'diamond':
      return polygon([
        [0, -1.1],
        [1.1, 0],
        [0, 1.1],
        [-1.1, 0],
      ])
    case 'plus':
      return polygon([
        [-0.35, -1],
        [0.35, -1],
        [0.35, -0.35],
        [1, -0.35],
        [1, 0.35],
        [0.35, 0.35],
        [0.35, 1],
        [-0.35, 1],
        [-0.35, 0.35],
        [-1, 0.35],
        [-1, -0.35],
        [-0.35, -0.35],
      ])
    case 'cross':
      return polygon([
        [-0.5, -1],
        [0, -0.5],
        [0.5, -1],
        [1, -0.5],
        [0.5, 0],
        [1, 0.5],
        [0.5, 1],
        [0, 0.5],
        [-0.5, 1],
        [-1, 0.5],
        [-0.5, 0],
        [-1, -0.5],
      ])
    case 'star':
      return polygon(
        Array.from({ length: 10 }, (_, i) => [
          Math.sin((i * Math.PI) / 5) * (i % 2 ? 0.5 : 1.15),
          -Math.cos((i * Math.PI) / 5) * (i % 2 ? 0.5 : 1.15),
        ]),
      )
    case 'bar':
      return polygon([
        [-1, -0.4],
        [1, -0.4],
        [1, 0.4],
        [-1, 0.4],
      ])
  }
}

const round = (value: number) => Math.round(value * 100) / 100
