import { join } from 'node:path'
import { plotFile, type ComparisonResult, type Contender } from '../runs/comparison'
import { deltaText } from '../runs/deltaPlot'
import { shortNumber, shortPath, table } from './output'

/** A comparison's figures as lines for people. @param folder the comparison's, absolute */
export function comparisonLines(result: ComparisonResult, folder: string): string[] {
  const { tasks, methods, baselines, delta, spread, metrics, notes, seeds } = result
  const lines = [
    '',
    `Metrics of the test split, mean${seeds.length > 1 ? ` ± standard deviation over ${seeds.length} seeds` : ` of seed ${seeds[0]}`}`,
  ]
  for (const task of tasks) {
    const names = Object.keys(metrics[task]!)
    const row = (name: string, contender: Contender) => [
      name,
      ...names.map(metric => valueText(contender.mean[task]?.[metric], contender.deviation[task]?.[metric])),
    ]
    const rows = [row('single-task', baselines[task]!), ...Object.entries(methods).map(([name, contender]) => row(name, contender))]
    lines.push('', ...table([[task, ...names.map(name => `${name} ${metrics[task]![name] ? '↑' : '↓'}`)], ...rows], 1))
  }
  const keys = [...tasks, 'overall']
  const deltas = Object.keys(methods).map(name => [
    name,
    ...keys.map(key => (delta[name]![key] === undefined ? '–' : deltaText(delta[name]![key], spread[name]?.[key]))),
  ])
  lines.push('', 'Δm against the single-task models (mean over metrics of the relative change; above 0 is better)')
  lines.push('', ...table([['method', ...keys], ...deltas], 1), '')
  const chosen = [...Object.entries(baselines).map(([task, c]) => [`${task} alone`, c] as const), ...Object.entries(methods)]
  for (const [name, { candidates, learningRate, weighting }] of chosen) {
    if (candidates.length < 2) continue
    const weights =
      name === 'fixed' ? `, weights ${weighting?.kind === 'equal' ? 'all 1' : JSON.stringify(weighting?.options.weights)}` : ''
    lines.push(`${name}: learning rate ${learningRate}${weights}, chosen from ${candidates.length} on the validation split`)
  }
  lines.push(...notes, `Plot: ${shortPath(join(folder, plotFile))}`)
  return lines
}

const valueText = (mean?: number, deviation?: number): string =>
  mean === undefined ? '–' : deviation === undefined ? shortNumber(mean) : `${shortNumber(mean)} ± ${Number(deviation.toPrecision(2))}`
