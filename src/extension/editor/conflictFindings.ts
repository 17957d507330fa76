import type { ConflictSummary, Estimate, LayerConflict, PairConflict } from '../../ir/conflict'
import type { GraphNode, ModelGraph } from '../../ir/graph'
import type { Span } from '../../ir/span'
import { anchor } from './annotations'

/** 'findings': what is reported as a conflict; 'all': what was measured at every trunk layer and task. */
export type ConflictShow = 'off' | 'findings' | 'all'

/** What one line of the model is told of a run's conflict. */
export interface ConflictFinding {
  readonly on: 'layer' | 'task'
  /** Of the layer's first application, or of the task. */
  readonly name: string
  readonly span: Span
  /** `a ⇄ b: cos −0.42 · 78 %`: short, as VS Code cuts all hints of a line off at 43 letters together. */
  readonly label: string
  /** Markdown. */
  readonly tooltip: string
  /** What the Problems view says; null where it is no finding. */
  readonly message: string | null
  readonly related: readonly { readonly message: string; readonly span: Span }[]
  /** Reported pairs of tasks, by name, the worst first: at this layer, or of this task; where there are none, tasks that drown it. */
  readonly pairs: readonly (readonly [string, string])[]
  /** Layers where pairs are in conflict, nodes of the present graph. */
  readonly layers: readonly GraphNode[]
}

export interface SeenConflict {
  readonly summary: ConflictSummary
  /** Of the run. */
  readonly name: string
  /** The model has changed since. */
  readonly stale: boolean
}

/**
 * What stands beside trunk layers and tasks. Layers and tasks are found by their names in the present graph, so that what has only
 * moved keeps its findings; what is gone has none.
 */
export function conflictFindings(graph: ModelGraph, seen: SeenConflict, show: ConflictShow): ConflictFinding[] {
  if (show === 'off' || seen.summary.layers.length === 0) return []
  const found = [...layerFindings(graph, seen), ...taskFindings(graph, seen)]
  return show === 'all' ? found : found.filter(({ message }) => message !== null)
}

function layerFindings(graph: ModelGraph, seen: SeenConflict): ConflictFinding[] {
  const { tasks } = seen.summary
  return seen.summary.layers.flatMap(layer => {
    const node = nodeOf(graph, layer)
    const span = node && anchor(node)
    const [worst] = layer.pairs
    if (!span || !worst) return []
    const reported = layer.pairs.filter(pair => pair.reported)
    const [a, b] = names(tasks, reported[0] ?? worst)
    const shown = reported[0] ?? worst
    const label = `${seen.stale ? 'stale · ' : ''}${a} ⇄ ${b}: cos ${decimal(shown.cosine.mean)} · ${percent(shown.conflicting.mean)}`
    return {
      on: 'layer',
      name: layer.layer,
      span,
      label,
      tooltip: layerTooltip(layer, seen),
      message: reported.length === 0 ? null : layerMessage(layer, reported, seen),
      related: reported.length === 0 ? [] : [a, b].flatMap(name => related(graph, name, `the task '${name}'`)),
      pairs: reported.map(pair => names(tasks, pair)),
      layers: [node],
    }
  })
}

function taskFindings(graph: ModelGraph, seen: SeenConflict): ConflictFinding[] {
  const { tasks, trunk, layers } = seen.summary
  return tasks.flatMap((name, t) => {
    const span = graph.tasks.find(task => task.name === name)?.keySpan
    const worst = trunk.worst[t]
    if (!span || !worst) return []
    const partner = tasks[worst.partner]!
    const share = trunk.gradientShares[t]!
    const at = layers.flatMap(layer => layer.pairs.filter(p => p.reported && p.pair.includes(t)).map(pair => ({ pair, layer })))
    at.sort((x, y) => x.pair.cosine.mean - y.pair.cosine.mean)
    const reported = [...new Set(at.map(({ layer }) => layer))]
    const places = reported.flatMap(layer => nodeOf(graph, layer) ?? [])
    const opposed = [...new Set(at.map(({ pair }) => tasks[pair.pair[0] === t ? pair.pair[1] : pair.pair[0]]!))]
    const drowning = at.length === 0 ? drownedBy(seen.summary, t) : []
    const facts = `${percent(share)} of the gradient in the shared layers is of '${name}'; its worst partner over all of them is '${partner}' (mean cosine ${decimal(worst.cosine)})`
    const message =
      at.length > 0
        ? `'${name}' and ${quoted(opposed)} pull ${quoted(reported.map(({ layer }) => layer))} apart. ${facts}. ${origin(seen)}`
        : `'${name}' is drowned by ${quoted(drowning)}: its gradients are much shorter. ${facts}. ${origin(seen)} Scale the losses, or choose a weighting such as uncertainty.`
    return {
      on: 'task',
      name,
      span,
      label: `${seen.stale ? 'stale · ' : ''}${percent(share)} of ‖g‖² · ⇄ ${partner} ${decimal(worst.cosine)}`,
      tooltip: [...staleNote(seen), `**${name}**: ${facts}.`, `*${origin(seen)}*`].join('\n\n'),
      message: at.length + drowning.length === 0 ? null : staleMessage(seen, message),
      related: [
        ...[...opposed, ...drowning].flatMap(other => related(graph, other, `the task '${other}'`)),
        ...places.flatMap(node => (anchor(node) ? [{ message: `the layer '${node.name}'`, span: anchor(node)! }] : [])),
      ],
      pairs: [...opposed, ...drowning].map(other => [name, other] as const),
      layers: places,
    }
  })
}

/** Tasks beside whose gradients the task's own are so short that the losses should be scaled. */
function drownedBy({ tasks, trunk: { gradientShares }, advice = [] }: ConflictSummary, t: number): string[] {
  return advice
    .flatMap(({ code, pair }) => (code === 'scaleLosses' && pair?.includes(t) ? pair : []))
    .filter(other => gradientShares[other]! > gradientShares[t]!)
    .map(other => tasks[other]!)
}

function layerMessage(layer: LayerConflict, reported: readonly PairConflict[], seen: SeenConflict): string {
  const [worst, ...more] = reported
  const [a, b] = names(seen.summary.tasks, worst!)
  const others =
    more.length === 0
      ? ''
      : ` So do ${more
          .map(pair =>
            names(seen.summary.tasks, pair)
              .map(n => `'${n}'`)
              .join(' and '),
          )
          .join('; ')}.`
  return staleMessage(
    seen,
    `'${a}' and '${b}' pull '${layer.layer}' apart: mean cosine ${withInterval(worst!.cosine, decimal)}, in conflict in ${withInterval(worst!.conflicting, percent)} of ${worst!.samples} sampled steps (50 % for unrelated tasks). ${percent(layer.gradientShare)} of ‖g‖² falls on this layer.${others} ${origin(seen)} Split the layer by task from here on, or choose a weighting such as upGrad.`,
  )
}

function layerTooltip(layer: LayerConflict, seen: SeenConflict): string {
  const { tasks, delta, level } = seen.summary
  const rows = layer.pairs.map(pair => {
    const [a, b] = names(tasks, pair)
    const verdict = pair.reported ? 'conflict' : pair.bound === null ? 'too little seen' : 'no finding'
    return `| ${a} ⇄ ${b} | ${withInterval(pair.cosine, decimal)} | ${withInterval(pair.conflicting, percent)} | ${pair.magnitude.toFixed(2)} | ${verdict} |`
  })
  return [
    ...staleNote(seen),
    `**${layer.layer}**: ${percent(layer.gradientShare)} of ‖g‖² falls on this layer.`,
    `| tasks | mean cosine | steps in conflict | size | |\n|---|---:|---:|---:|---|\n${rows.join('\n')}`,
    `Unrelated tasks are in conflict in 50 % of the steps. Size: 1 for gradients of one length. A conflict is reported where the mean cosine lies below −${delta} with a confidence of ${percent(level)} over all layers and pairs, and both gradients are signal.`,
    `*${origin(seen)}*`,
  ].join('\n\n')
}

const origin = ({ name, summary: { samples, firstStep, lastStep } }: SeenConflict): string =>
  `Seen by the ${name}: ${samples} steps sampled, from ${firstStep} to ${lastStep}.`

const staleMessage = ({ stale }: SeenConflict, message: string): string =>
  stale ? `Stale, the model has changed since: ${message}` : message
const staleNote = ({ stale }: SeenConflict): string[] => (stale ? ['*Stale: the model has changed since.*'] : [])

const nodeOf = (graph: ModelGraph, { layer }: LayerConflict): GraphNode | undefined => graph.nodes.find(({ name }) => name === layer)

function related(graph: ModelGraph, task: string, message: string): { message: string; span: Span }[] {
  const span = graph.tasks.find(({ name }) => name === task)?.keySpan
  return span ? [{ message, span }] : []
}

const names = (tasks: readonly string[], { pair: [i, j] }: PairConflict): readonly [string, string] => [tasks[i]!, tasks[j]!]
const quoted = (list: readonly string[]): string => list.map(name => `'${name}'`).join(', ')

const decimal = (value: number): string => (Math.abs(value) < 0.005 ? '0.00' : value.toFixed(2).replace('-', '−'))
const percent = (value: number): string => `${Math.round(100 * value)} %`
const withInterval = ({ mean, low, high }: Estimate, text: (value: number) => string): string =>
  `${text(mean)} [${text(low)}, ${text(high)}]`
