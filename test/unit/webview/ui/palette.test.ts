import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { dashOf, markerOf, markerPath, markers, palette } from '../../../../webview/ui/palette'

type Rgb = [number, number, number]

const parse = (hex: string): Rgb => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255) as Rgb
const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
const luminance = (hex: string) =>
  parse(hex)
    .map(linear)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i]!, 0)
const contrast = (a: string, b: string) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high! + 0.05) / (low! + 0.05)
}

/** Linear RGB as seen without one kind of cone (Machado, Oliveira & Fernandes 2009, table 1, severity 1.0). */
const deficiencies: Record<string, readonly Rgb[]> = {
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

function lab(rgb: Rgb): Rgb {
  const [r, g, b] = rgb.map(v => Math.min(1, Math.max(0, v)))
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116)
  const x = f((0.4124564 * r! + 0.3575761 * g! + 0.1804375 * b!) / 0.95047)
  const y = f(0.2126729 * r! + 0.7151522 * g! + 0.072175 * b!)
  const z = f((0.0193339 * r! + 0.119192 * g! + 0.9503041 * b!) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

const seen = (hex: string, matrix: readonly Rgb[]) => {
  const rgb = parse(hex).map(linear)
  return lab(matrix.map(row => row.reduce((sum, w, i) => sum + w * rgb[i]!, 0)) as Rgb)
}

const backgrounds = (() => {
  const { themes } = JSON.parse(readFileSync(resolve('test/fixtures/panels/themes.json'), 'utf8')) as {
    themes: Record<string, { variables: Record<string, string> }>
  }
  const of = (name: string) => themes[name]!.variables['--vscode-editor-background']!
  return { dark: of('dark'), light: of('light'), highContrast: of('high-contrast'), highContrastLight: '#ffffff' }
})()

describe('palette', () => {
  for (const [kind, colours] of Object.entries(palette)) {
    it(`stands out from the background of ${kind}`, () => {
      for (const colour of colours)
        assert.ok(contrast(colour, backgrounds[kind as keyof typeof backgrounds]) >= 3, `${colour} has too little contrast`)
    })

    for (const [name, matrix] of Object.entries(deficiencies)) {
      it(`keeps the colours of ${kind} apart with ${name}`, () => {
        const labs = colours.map(colour => seen(colour, matrix))
        labs.forEach((a, i) =>
          labs.slice(i + 1).forEach((b, j) => {
            const distance = Math.hypot(...a.map((v, k) => v - b[k]!))
            assert.ok(distance >= 11, `${colours[i]} and ${colours[i + 1 + j]} differ by ${distance.toFixed(1)}`)
          }),
        )
      })
    }
  }

  it('gives each index a marker and a dash of its own', () => {
    const looks = Array.from({ length: 8 }, (_, i) => `${markerOf(i)} ${dashOf(i).join()}`)
    assert.equal(new Set(looks).size, 8)
    assert.equal(new Set(looks.map(look => look.split(' ')[1])).size, 8)
    assert.equal(markerOf(8), markerOf(0))
  })

  it('draws every marker within its circle, closed', () => {
    for (const marker of markers) {
      const path = markerPath(marker, 10)
      assert.match(path, /^M.*Z$/)
      if (marker === 'circle') continue
      for (const [, x, y] of path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)) assert.ok(Math.hypot(Number(x), Number(y)) <= 14.2)
    }
  })
})
