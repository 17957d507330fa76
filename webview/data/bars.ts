import { count, figure } from '../ui/format'
import { svg } from '../ui/element'

const width = 160
const height = 36

/**
 * A small bar chart with a title per bar, for the pointer, and a description of the whole, for screen readers.
 * @param names what each bar stands for
 */
export function bars(counts: readonly number[], names: readonly string[], description: string): SVGSVGElement {
  const most = Math.max(1, ...counts)
  const step = width / counts.length
  const drawn = counts.map((value, i) => {
    // What is there is seen, however rare.
    const size = value === 0 ? 0 : Math.max(1, (height * value) / most)
    const title = svg('title', {}, `${names[i]!}: ${count(value)}`)
    const hit = svg('rect', { class: 'hit', x: i * step, y: 0, width: step, height }, title)
    const bar = svg('rect', { class: 'bar', x: i * step + step * 0.08, y: height - size, width: step * 0.84, height: size })
    return svg('g', {}, bar, hit)
  })
  return svg('svg', { class: 'bars', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': description }, ...drawn)
}

/** Names of equally wide parts from low to high. */
export function partNames(low: number, high: number, parts: number): string[] {
  const at = (i: number) => figure(low + ((high - low) * i) / parts)
  const whole = Math.abs((high - low) / parts - 1) < 1e-9 && Math.abs((low + 0.5) % 1) < 1e-9
  return Array.from({ length: parts }, (_, i) => (whole ? figure(low + 0.5 + i) : `${at(i)} … ${at(i + 1)}`))
}
