import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Json } from '../../src/base/json'
import { methods } from '../../src/methods/table'
import { starts, toyProblem, type Point } from './toyProblem'
import { runToy } from './toyRun'

// npm run toy: draws where every method of the table leads on the toy problem, as docs/pictures/toy.svg.

const panel = 150
const gap = 14
const columns = 7
const caption = 16
const reach = 10.5
const steps = 35_000
const file = resolve('docs/pictures/toy.svg')

const place = ([x1, x2]: Point): string =>
  `${(((x1 + reach) / (2 * reach)) * panel).toFixed(1)} ${(((reach - x2) / (2 * reach)) * panel).toFixed(1)}`
const total = (point: Point) => {
  const [a, b] = toyProblem(point, 1).losses
  return a + b
}

/** Lines of equal f₁ + f₂ by marching squares (Lorensen & Cline 1987 in the plane). */
function contours(levels: readonly number[], cells = 70): string {
  const at = (k: number) => -reach + (2 * reach * k) / cells
  const values = Array.from({ length: cells + 1 }, (_, i) => Array.from({ length: cells + 1 }, (_, j) => total([at(i), at(j)])))
  const segments: string[] = []
  for (const level of levels) {
    for (let i = 0; i < cells; i++) {
      for (let j = 0; j < cells; j++) {
        const corners: [number, number][] = [
          [i, j],
          [i + 1, j],
          [i + 1, j + 1],
          [i, j + 1],
        ]
        const crossings = corners.flatMap(([a, b], k): Point[] => {
          const [c, d] = corners[(k + 1) % 4]!
          const [from, to] = [values[a]![b]! - level, values[c]![d]! - level]
          if (from > 0 === to > 0) return []
          const share = from / (from - to)
          return [[at(a + share * (c - a)), at(b + share * (d - b))]]
        })
        for (let k = 0; k + 1 < crossings.length; k += 2) segments.push(`M${place(crossings[k]!)}L${place(crossings[k + 1]!)}`)
      }
    }
  }
  return segments.join('')
}

function trajectory(kind: string, start: Point): { readonly path: string; readonly end: Point; readonly notes: Set<string> } {
  const method = methods.find(method => method.kind === kind)!
  const options: Record<string, Json> = kind === 'fixed' ? { weights: { f1: 2, f2: 0.5 } } : {}
  const points: Point[] = []
  const notes = new Set<string>()
  const visit = (point: Point) => {
    const last = points.at(-1)
    if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) > 0.15) points.push(point)
  }
  const end = runToy({ method, options, scale: 1, start, steps, visit, epoch: 350, note: text => notes.add(text) })
  return { path: `M${[...points, end].map(place).join('L')}`, end, notes }
}

const drawn = methods.filter(({ traced }) => !traced)
const rows = Math.ceil(drawn.length / columns)
const [width, height] = [columns * (panel + gap) + gap, rows * (panel + caption + gap) + gap + 34]
const panels = drawn.map(({ kind }, n) => {
  const [x, y] = [gap + (n % columns) * (panel + gap), gap + Math.floor(n / columns) * (panel + caption + gap)]
  const runs = starts.map(start => trajectory(kind, start))
  const inside = runs.map(
    ({ path, end }, i) =>
      `<path class="way" d="${path}"/><circle class="start" r="2.4" cx="${place(starts[i]!).replace(' ', '" cy="')}"/><circle class="end" r="2.4" cx="${place(end).replace(' ', '" cy="')}"/>`,
  )
  const fellBack = runs.some(({ notes }) => notes.size > 0)
  return `<g transform="translate(${x} ${y})"><text x="0" y="11">${kind}${fellBack ? ' *' : ''}</text><g transform="translate(0 ${caption})" clip-path="url(#panel)"><rect class="back" width="${panel}" height="${panel}"/><use href="#contours"/>${inside.join('')}</g></g>`
})
const levels = [-32, -28, -24, -20, -16, -12, -8, -4, 0, 4, 8, 12]
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Where each method leads on the two-task toy problem">
<style>
text { font: 12px system-ui, sans-serif; fill: #333 }
.paper { fill: #fff } .back { fill: #f6f6f6 } .contours { fill: none; stroke: #b8c0cc; stroke-width: .6 }
.way { fill: none; stroke: #1565c0; stroke-width: 1.5; stroke-linejoin: round } .start { fill: #333 } .end { fill: #d84315 }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .paper { fill: #1e1e1e } .back { fill: #262626 } .contours { stroke: #4a5058 }
.way { stroke: #64b5f6 } .start { fill: #ddd } .end { fill: #ff8a65 }
}
</style>
<defs><clipPath id="panel"><rect width="${panel}" height="${panel}"/></clipPath><path id="contours" class="contours" d="${contours(levels)}"/></defs>
<rect class="paper" width="${width}" height="${height}"/>
${panels.join('\n')}
<text x="${gap}" y="${height - 24}">Two tasks, five starts (dark), ${steps} steps of Adam (1e-3) to the ends (orange); lines of equal f₁ + f₂ over [−${reach}, ${reach}]².</text>
<text x="${gap}" y="${height - 8}">* The method needs losses above zero, or met cancelling gradients, and fell back as its documentation says.</text>
</svg>
`
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, svg)
console.log(`docs/pictures/toy.svg: ${drawn.length} methods`)
