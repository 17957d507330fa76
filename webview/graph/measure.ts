import type { Size } from './elkGraph'
import { drawnText, longestName, type BoxText } from './labels'
import type { Group } from './groups'
import type { Scene } from './scene'
import { compactCount, shortened } from '../ui/format'

/** Width of a text in CSS pixels. */
export type MeasureText = (text: string, bold: boolean, small: boolean) => number

export const metrics = { padding: 12, line: 18, top: 7, strip: 5, gap: 7, marker: 18, groupHeader: 20, toggle: 18 }

export function measureBoxes(scene: Scene, width: MeasureText): Map<string, Size> {
  const sizes = new Map<string, Size>()
  for (const box of scene.boxes) {
    const { title, detail, note } = drawnText(box)
    const marker = box.content.kind === 'task' ? metrics.marker : box.content.kind === 'group' ? metrics.toggle : 0
    const first =
      marker + width(title, true, false) + (detail ? metrics.gap + width(detail, false, false) : 0) + (isShared(box.content) ? 38 : 0)
    const widest = Math.max(first, width(note, false, true), 72)
    sizes.set(box.id, { width: Math.ceil(widest + 2 * metrics.padding), height: 2 * metrics.line + 2 * metrics.top + metrics.strip })
  }
  for (const group of scene.groups) {
    if (group.state !== 'open') continue
    const { title, note } = groupTitle(group, scene.tasks.length)
    sizes.set(group.id, {
      width: Math.ceil(metrics.toggle + width(title, true, false) + metrics.gap + width(note, false, true)),
      height: metrics.groupHeader,
    })
  }
  return sizes
}

export const isShared = (content: Scene['boxes'][number]['content']): boolean => 'applications' in content && content.applications > 1

export function groupTitle(group: Group, tasks: number): Pick<BoxText, 'title' | 'note'> {
  const parameters = group.parameters === null ? '? params' : `${compactCount(group.parameters)} params`
  const sharing = group.kind === 'trunk' && tasks > 1 ? [`${tasks} tasks`] : []
  return { title: shortened(group.title, longestName + 'Head '.length), note: [...sharing, parameters].join('  ·  ') }
}

/** Measures with the fonts that the stylesheet gives to texts of the drawing. */
export function canvasMeasure(): MeasureText {
  const context = document.createElement('canvas').getContext('2d')!
  const { fontFamily, fontSize } = getComputedStyle(document.body)
  const size = parseFloat(fontSize)
  const widths = new Map<string, number>()
  return (text, bold, small) => {
    const font = `${bold ? '600 ' : ''}${small ? size - 1 : size}px ${fontFamily}`
    const key = `${font}|${text}`
    const known = widths.get(key)
    if (known !== undefined) return known
    context.font = font
    const width = context.measureText(text).width
    widths.set(key, width)
    return width
  }
}
