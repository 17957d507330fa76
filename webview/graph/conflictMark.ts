import type { GraphConflict, LayerMark } from '../../src/protocol/graphPanel'
import { html, svg } from '../ui/element'
import { colourVariable } from '../ui/theme'
import type { Scene } from './scene'

const [width, height] = [62, 16]

const cosine = (value: number): string => `cos ${value.toFixed(2).replace('-', '−')}`

/** The mark of a layer in words. */
export const markText = ({ pair: [a, b], cosine: mean, reported }: LayerMark): string =>
  `${a} and ${b}: ${cosine(mean)}${reported ? ', in conflict' : ''}`

/**
 * The mean cosine of a layer's worst pair, on the upper edge of its box, at the left: its menu is at the right. A finding has an exclamation mark and a full, orange frame;
 * other layers below 0 are as orange as they are torn, those above 0 blue.
 */
export function conflictMark(mark: LayerMark): SVGGElement {
  const wide = mark.reported ? width + 8 : width
  const frame = svg('rect', { class: 'markFrame', width: wide, height, rx: 8 })
  const strength = Math.round(60 * Math.min(1, Math.abs(mark.cosine)))
  const colour = colourVariable(mark.cosine < 0 ? 1 : 0)
  frame.style.fill = `color-mix(in srgb, ${colour} ${strength}%, var(--vscode-editor-background))`
  frame.style.stroke = colour
  return svg(
    'g',
    {
      class: mark.reported ? 'conflictMark reported' : 'conflictMark',
      transform: `translate(4 ${-height / 2 - 1})`,
    },
    frame,
    svg('text', { x: wide / 2, y: 12, 'text-anchor': 'middle' }, `${mark.reported ? '! ' : ''}${cosine(mark.cosine)}`),
  )
}

/** Marks by box. Layers that are gone, or lie in a closed group, have none. */
export function marksOf(conflict: GraphConflict | null | undefined, scene: Scene): ReadonlyMap<string, LayerMark> {
  const byLayer = new Map(conflict?.layers.map(mark => [mark.layer, mark]))
  return new Map(
    scene.boxes.flatMap(({ id, content }) => {
      const mark = content.kind === 'layer' ? byLayer.get(content.node.name) : undefined
      return mark ? [[id, mark] as const] : []
    }),
  )
}

/** What the marks mean. */
export const markLegend = ({ run, stale }: GraphConflict): HTMLElement =>
  html(
    'span',
    { class: 'muted' },
    `cos: gradients of the worst pair of tasks, orange below 0, ! in conflict (${run}${stale ? '; stale, the model has changed since' : ''})`,
  )
