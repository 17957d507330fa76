import { createHash } from 'node:crypto'
import { graphText, obstaclesToTraining } from '../../ir/analysis'
import type { ModelGraph } from '../../ir/graph'
import type { ComparisonManifest, ComparisonResult, ComparisonSummary } from '../../runs/comparison'
import { deltaText } from '../../runs/deltaPlot'
import { comparisonName, shortName } from '../runs/comparisonText'

export interface TaskDelta {
  readonly task: string
  /** `Δm −2.1 % · 03:50`: short, as VS Code cuts all hints of a line off at 43 letters together. */
  readonly label: string
  /** Markdown. */
  readonly tooltip: string
}

/**
 * What stands beside each task: Δm of the model file's own weighting where it was compared, else of the method that was best overall.
 * @param weighting of the model file
 * @param stale the model has changed since
 */
export function taskDeltas(
  { result, ...comparison }: Pick<ComparisonSummary, 'created' | 'result'>,
  weighting: string,
  stale: boolean,
): TaskDelta[] {
  if (!result) return []
  const methods = Object.keys(result.delta).sort(
    (a, b) => (result.delta[b]!.overall ?? -Infinity) - (result.delta[a]!.overall ?? -Infinity),
  )
  const method = result.delta[weighting] ? weighting : methods[0]
  if (method === undefined) return []
  const name = comparisonName(comparison)
  return result.tasks.flatMap(task => {
    const value = result.delta[method]![task]
    if (value === undefined) return []
    const parts = [`Δm ${deltaText(value)}`, ...(method === weighting ? [] : [method]), ...(stale ? ['stale'] : []), shortName(comparison)]
    return [{ task, label: parts.join(' · '), tooltip: tooltipOf(result, task, method, name, stale) }]
  })
}

function tooltipOf(result: ComparisonResult, task: string, method: string, name: string, stale: boolean): string {
  const { baselines, methods, metrics, seeds } = result
  const overall = (key: string) =>
    result.delta[method]![key] === undefined ? '–' : deltaText(result.delta[method]![key], result.spread[method]?.[key])
  const [alone, together] = [baselines[task]!.mean[task] ?? {}, methods[method]!.mean[task] ?? {}]
  const rows = Object.entries(metrics[task] ?? {}).map(([metric, higherIsBetter]) => {
    const number = (value: number | undefined) => (value === undefined ? '' : String(Number(value.toPrecision(4))))
    return `| ${metric.replaceAll('_', ' ')} ${higherIsBetter ? '↑' : '↓'} | ${number(alone[metric])} | ${number(together[metric])} |`
  })
  return [
    ...(stale ? ['*The model has changed since.*'] : []),
    `**${task}** with the other tasks (\`${method}\`) against a model of this task alone: the ${name}, ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}, test split.`,
    `| | alone | ${method} |\n|---|---:|---:|\n${rows.join('\n')}`,
    `Δm ${overall(task)}, the mean over these metrics of the relative change; above 0 is better. Overall: ${overall('overall')}.`,
  ].join('\n\n')
}

const hashes = new WeakMap<ModelGraph, string>()

/** Whether a model still means what was compared: by its graph; while shapes or classes are not known yet, by its text. */
export function isCurrent(
  model: { readonly graph: ModelGraph | null; readonly stale: boolean; readonly file: string; readonly document: { getText(): string } },
  { graphHash, sources }: Pick<ComparisonManifest, 'graphHash' | 'sources'>,
): boolean {
  const { graph } = model
  if (!graph || model.stale) return false
  if (obstaclesToTraining(graph).length > 0) return sources[model.file] === model.document.getText()
  let hash = hashes.get(graph)
  if (hash === undefined) hashes.set(graph, (hash = createHash('sha256').update(graphText(graph)).digest('hex')))
  return hash === graphHash
}
