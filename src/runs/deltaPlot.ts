import type { ComparisonResult } from './comparison'

const width = 620
const right = 118
/** Of a letter at most, as names stand left of the lanes. */
const letter = 7.6
const lane = 22
const heading = 26
const foot = 46

/** Colours of a plot that stands alone; inside a page the page's own style gives them. */
const standalone = `
  .delta-plot { background: #ffffff; font: 13px system-ui, sans-serif; }
  .delta-plot text { fill: #1f2328; }
  .delta-plot .minor { fill: #59636e; }
  .delta-plot .grid { stroke: #d1d9e0; }
  .delta-plot .zero { stroke: #59636e; stroke-width: 1.5; }
  .delta-plot .whisker { stroke: #0b5cad; stroke-opacity: 0.5; stroke-width: 3; }
  .delta-plot .mean { fill: #0b5cad; }
  .delta-plot .seed { fill: none; stroke: #0b5cad; stroke-width: 1.25; }
  .delta-plot .title { font-weight: 600; }`

/** Δm of each method by task and overall, as an SVG file. */
export const deltaPlotFile = (result: ComparisonResult): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${deltaPlot(result, standalone)}\n`

/**
 * Each method has a lane in each task's group: rings are seeds, the dot is their mean, the line one standard deviation to
 * either side. Methods and values are written beside, so that nothing hangs on colour.
 * @param style put inside, for a picture that stands alone
 */
export function deltaPlot({ tasks, methods, delta, spread, model }: ComparisonResult, style = ''): string {
  const names = Object.keys(methods)
  const groups = [...tasks, 'overall']
  const all = names.flatMap(name =>
    groups.flatMap(group => {
      const [mean, sd] = [delta[name]?.[group], spread[name]?.[group] ?? 0]
      const seeds = methods[name]!.deltas.flatMap(({ delta }) => delta[group] ?? [])
      return mean === undefined ? [] : [mean - sd, mean + sd, ...seeds]
    }),
  )
  const left = Math.min(240, 40 + letter * Math.max(...[...names, ...groups].map(({ length }) => length)))
  const [low, high] = range(all)
  const x = (value: number) => left + ((value - low) / (high - low)) * (width - left - right)
  const height = groups.length * (heading + names.length * lane) + foot
  const body: string[] = []
  for (const tick of ticks(low, high)) {
    const kind = tick === 0 ? 'zero' : 'grid'
    body.push(`<line class="${kind}" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="6" y2="${height - foot + 6}"/>`)
    body.push(`<text class="minor" x="${at(x(tick))}" y="${height - foot + 22}" text-anchor="middle">${percent(tick, 0)}</text>`)
  }
  const middle = (left + width - right) / 2
  body.push(
    `<text class="minor" x="${at(middle)}" y="${height - 6}" text-anchor="middle">Δm against single-task models: right of 0 is better</text>`,
  )
  groups.forEach((group, g) => {
    const top = g * (heading + names.length * lane)
    body.push(`<text class="title" x="10" y="${top + 19}">${escape(group)}</text>`)
    names.forEach((name, m) => {
      const y = top + heading + m * lane + lane / 2
      const [mean, sd] = [delta[name]?.[group], spread[name]?.[group]]
      body.push(`<text x="22" y="${at(y + 4)}">${escape(name)}</text>`)
      if (mean === undefined) {
        body.push(`<text class="minor" x="${width - right + 12}" y="${at(y + 4)}">not defined</text>`)
        return
      }
      for (const { delta } of methods[name]!.deltas) {
        const value = delta[group]
        if (value !== undefined) body.push(`<circle class="seed" cx="${at(x(value))}" cy="${at(y)}" r="4"/>`)
      }
      if (sd !== undefined)
        body.push(`<line class="whisker" x1="${at(x(mean - sd))}" x2="${at(x(mean + sd))}" y1="${at(y)}" y2="${at(y)}"/>`)
      body.push(`<circle class="mean" cx="${at(x(mean))}" cy="${at(y)}" r="5"/>`)
      body.push(`<text x="${width - right + 12}" y="${at(y + 4)}">${deltaText(mean, sd)}</text>`)
    })
  })
  const label = `Δm of ${names.join(', ')} for ${model}, by task and overall`
  return [
    `<svg class="delta-plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(label)}">`,
    ...(style ? [`<style>${style}\n</style>`] : []),
    ...body,
    '</svg>',
  ].join('\n')
}

/** `+1.2 % ± 0.4`. */
export function deltaText(mean: number, spread?: number): string {
  return spread === undefined ? percent(mean, 1) : `${percent(mean, 1)} ± ${(100 * spread).toFixed(1)}`
}

/** The sign is a real minus: it stands as wide as a plus. */
function percent(fraction: number, digits: number): string {
  const text = Math.abs(100 * fraction).toFixed(digits)
  const sign = Number(text) === 0 ? '' : fraction < 0 ? '−' : '+'
  return `${sign}${text} %`
}

/** With 0 inside, and some room. */
function range(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const room = Math.max(0.01, high - low) * 0.06
  return [low - room, high + room]
}

/** About five round numbers, at least one percent apart. */
function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(0.01, [1, 2, 5, 10].map(n => n * power).find(n => n >= rough) ?? rough)
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step || 0)
}

const at = (value: number): string => String(Math.round(value * 10) / 10)

const escape = (text: string): string => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)
