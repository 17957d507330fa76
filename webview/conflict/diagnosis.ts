import type { ConflictAdvice, ConflictSummary } from '../../src/ir/conflict'
import { html } from '../ui/element'
import { count, figure, plural } from '../ui/format'
import { table, type Cell } from '../ui/table'
import { withInterval } from './ranking'

type Pair = NonNullable<ConflictAdvice['pair']>

const texts: Readonly<Record<ConflictAdvice['code'], (pair: string, layer: string) => string>> = {
  surgery: (pair, layer) => `${pair} pull against each other at ${layer}: split the layer, or try upGrad or pcGrad.`,
  splitLayer: (_, layer) =>
    `More than half of the steps and pairs are in conflict at ${layer}: give the tasks their own copies from there on.`,
  surgeryHelps: pair =>
    `In most steps one of ${pair} dominates and conflicts with the other as the tragic triad has it: where curvature is high too, gradient surgery (pcGrad, upGrad) helps.`,
  scaleLosses: pair => `What ${pair} add to a step differs much in length: scale the losses (uncertainty, imtlL, dbMtl).`,
  alignGradients: () => 'The gradients’ matrix is badly conditioned: alignedMtl.',
  tradeOffs: () => 'The Pareto gap is near 0: what is left are trade-offs between the tasks.',
  trainApart: pair => `A step for one of ${pair} harms the other: train them apart.`,
}

/** Figures of the whole trunk, and what they speak for. */
export function diagnosis(summary: ConflictSummary): HTMLElement {
  const { tasks, samples, firstStep, lastStep, advice = [], trunk } = summary
  const diagnostics = trunk.diagnostics
  const facts: [string, string, string][] = diagnostics
    ? [
        [
          'condition number κ',
          diagnostics.condition === null ? 'infinite' : figure(diagnostics.condition),
          '√(λ_max/λ_min) of the gradients’ Gram matrix, median over steps',
        ],
        ...(diagnostics.paretoGap
          ? ([
              [
                'Pareto gap',
                `${figure(diagnostics.paretoGap.absolute)} (${Math.round(100 * diagnostics.paretoGap.relative)} % of the shortest gradient)`,
                'Length of the shortest convex combination of the gradients',
              ],
            ] as [string, string, string][])
          : []),
      ]
    : []
  const advices = together(advice).map(([{ code, layer }, pairs]) => html('li', {}, texts[code](pairsText(pairs, tasks), layer ?? '')))
  return html(
    'section',
    { class: 'diagnosis', 'aria-label': 'Diagnosis' },
    html(
      'p',
      { class: 'muted' },
      `${count(samples)} samples of steps ${count(firstStep)} to ${count(lastStep)}; the first third of the run is left out as settling.`,
    ),
    html('dl', {}, ...facts.flatMap(([name, value, title]) => [html('dt', { title }, name), html('dd', {}, value)])),
    advices.length > 0 ? html('ul', { class: 'advice' }, ...advices) : html('p', {}, 'Nothing here asks for a change.'),
  )
}

/** With many tasks the same may be said of many pairs: it is said once, of all of them. */
function together(advice: readonly ConflictAdvice[]): (readonly [ConflictAdvice, readonly Pair[]])[] {
  const kinds = new Map<string, ConflictAdvice[]>()
  for (const one of advice) {
    const key = JSON.stringify([one.code, one.layer])
    kinds.set(key, [...(kinds.get(key) ?? []), one])
  }
  return [...kinds.values()].map(same => [same[0]!, same.flatMap(({ pair }) => (pair ? [pair] : []))] as const)
}

const mostPairs = 3

/** `a and b`, `a and b, or a and c`, `a and b, or a and c, or b and c, or 17 more pairs` */
function pairsText(pairs: readonly Pair[], tasks: readonly string[]): string {
  const more = pairs.length - mostPairs
  const names = pairs.slice(0, mostPairs).map(pair => pair.map(task => tasks[task]).join(' and '))
  return [...names, ...(more > 0 ? [plural(more, 'more pair')] : [])].join(', or ')
}

/** Pairs of tasks over the whole trunk. */
export function pairTable({ tasks, trunk }: ConflictSummary): HTMLElement | null {
  const pairs = trunk.diagnostics?.pairs ?? []
  if (pairs.length === 0) return null
  const rows = [...pairs]
    .sort((a, b) => a.cosine.mean - b.cosine.mean)
    .map(({ pair, cosine, magnitude, curvature, triad }): Cell[] => [
      { content: `${tasks[pair[0]]} / ${tasks[pair[1]]}`, header: true },
      { content: withInterval(cosine), numeric: true },
      { content: magnitude.toFixed(2), numeric: true },
      { content: curvature === null ? 'infinite' : figure(curvature), numeric: true },
      {
        content: `${Math.round(100 * triad.mean)} %`,
        numeric: true,
        title: `95 % interval ${Math.round(100 * triad.low)} to ${Math.round(100 * triad.high)} %`,
      },
    ])
  const heads = [
    'pair',
    { content: 'cosine', numeric: true, title: 'Mean over steps with its 95 % interval' },
    {
      content: 'similarity of lengths',
      numeric: true,
      title: 'Φ = 2‖g_i‖‖g_j‖/(‖g_i‖² + ‖g_j‖²), of gradients times their tasks’ weights',
    },
    { content: 'ξ', numeric: true, title: 'Multi-task curvature bounding measure, median (Yu et al. 2020, definition 5)' },
    {
      content: 'triad possible',
      numeric: true,
      title:
        'Steps whose gradients allow the tragic triad (Yu et al. 2020): cos ≤ −Φ and ξ ≤ 1. Whether the curvature is high is not measured.',
    },
  ]
  return html(
    'div',
    { class: 'pairs', tabindex: 0, role: 'region', 'aria-label': 'Pairs of tasks' },
    table('Pairs over the whole trunk', heads, rows),
  )
}
