import type { ConflictSummary, Estimate, LayerConflict } from '../../src/ir/conflict'
import { link } from '../ui/controls'
import { html } from '../ui/element'
import { icon } from '../ui/icon'
import { stacked, table, type Cell } from '../ui/table'

const percent = (share: number): string => `${Math.round(100 * share)} %`
const signed = (value: number): string => (Math.abs(value) < 0.005 ? '0.00' : value.toFixed(2).replace('-', '−'))
/** A mean above its interval: side by side the two would make the table wider than its panel. */
export const withInterval = ({ mean, low, high }: Estimate, text = signed): HTMLElement =>
  stacked(text(mean), `[${text(low)}, ${text(high)}]`)

/** Trunk layers, the most torn first: those with a finding, then by the upper end of their worst pair's interval. */
export function ranked(summary: ConflictSummary): LayerConflict[] {
  const worst = (layer: LayerConflict) => layer.pairs[0]?.cosine.mean ?? 1
  const found = (layer: LayerConflict) => Number(layer.pairs.some(pair => pair.reported))
  return [...summary.layers].sort((a, b) => found(b) - found(a) || worst(a) - worst(b))
}

/** @param choose a layer, or null for the whole trunk */
export function ranking(summary: ConflictSummary, chosen: string | null, choose: (layer: string | null) => void): HTMLElement {
  const name = (layer: string | null, title: string) => {
    const button = link(title, () => choose(layer))
    button.setAttribute('aria-pressed', String(layer === chosen))
    return button
  }
  const rows = ranked(summary).map((layer): Cell[] => {
    const worst = layer.pairs[0]
    const found = layer.pairs.some(pair => pair.reported)
    return [
      {
        content: html(
          'div',
          {},
          name(layer.layer, layer.layer),
          found && html('span', { class: 'chip finding' }, icon('warning'), 'in conflict'),
        ),
        header: true,
      },
      { content: worst ? `${summary.tasks[worst.pair[0]]} / ${summary.tasks[worst.pair[1]]}` : '–' },
      { content: worst ? withInterval(worst.cosine) : '–', numeric: true },
      { content: worst ? withInterval(worst.conflicting, percent) : '–', numeric: true },
      { content: percent(layer.gradientShare), numeric: true },
      { content: layer.score === undefined ? '–' : layer.score.toFixed(2), numeric: true },
    ]
  })
  const heads = [
    { content: name(null, 'Whole trunk'), title: 'Show the whole trunk' },
    'worst pair',
    { content: 'cosine', numeric: true, title: 'Mean over steps with its 95 % interval' },
    { content: 'steps below 0', numeric: true, title: 'Share of sampled steps in conflict; for unrelated tasks it is 50 %' },
    { content: 'of gradient', numeric: true, title: 'The layer’s share of the tasks’ squared gradient norms' },
    { content: 'Recon', numeric: true, title: `Share of steps and pairs with a cosine below −${summary.delta} (Shi et al. 2023)` },
  ]
  return html(
    'div',
    { class: 'ranking', tabindex: 0, role: 'region', 'aria-label': 'Layers, the most torn first' },
    table('Layers, the most torn first', heads, rows),
    html('p', { class: 'muted' }, 'Unrelated tasks are below 0 in 50 % of the steps by chance.'),
  )
}
