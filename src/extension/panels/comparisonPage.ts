import type { Candidate, ComparisonResult, ComparisonSettings, ComparisonSummary, Contender, Weighting } from '../../runs/comparison'
import { deltaPlot, deltaText } from '../../runs/deltaPlot'
import { numbersLike } from '../../runs/numberText'
import type { RunSummary } from '../../runs/summary'
import { comparisonName, comparisonProgress } from '../runs/comparisonText'

/** A comparison as the body of an HTML page: how it stands, Δm as table and plot, the metrics behind it, what was chosen, the runs. */
export function comparisonPage(comparison: ComparisonSummary, settings: ComparisonSettings, members: readonly RunSummary[]): string {
  const { model, result } = comparison
  return `<main>
<h1>${escape(model)}: multi-task against single-task</h1>
<p class="minor">${escape(subtitle(comparison, settings))}</p>
${standing(comparison)}
${result ? figures(result) : ''}
${members.length > 0 ? `<h2>Runs</h2>\n${memberTable(members)}` : ''}
</main>`
}

function subtitle(comparison: ComparisonSummary, { seeds, epochs, learningRates }: ComparisonSettings): string {
  const name = comparisonName(comparison)
  return [
    `${name[0]!.toUpperCase()}${name.slice(1)}`,
    `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`,
    `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`,
    `${learningRates.length === 1 ? 'learning rate' : 'learning rates'} ${learningRates.join(', ')}`,
  ].join(' · ')
}

function standing(comparison: ComparisonSummary): string {
  const { status, current, done, total, message, id } = comparison
  if (status === 'completed') return ''
  if (status === 'running') {
    const bar = total > 0 ? `<progress max="${total}" value="${done}" aria-label="Trainings done"></progress> ` : ''
    // No time left here: the page is drawn anew with every change, and a click between two drawings is lost.
    const text = `${comparisonProgress({ ...comparison, secondsLeft: null })}${current ? `: ${current.label}` : ''}`
    return `<p>${bar}${escape(text)} · ${link('Stop', 'mtl.stopComparison', id)}</p>`
  }
  const what = { stopped: 'Stopped', failed: 'Failed', interrupted: 'Interrupted: its process is gone' }[status]
  return `<p><strong>${what}</strong> after ${done} of ${total}. ${escape(message && message !== 'stopped' ? message : '')} ${link('Go on', 'mtl.resumeComparison', id)}</p>`
}

function figures(result: ComparisonResult): string {
  const { tasks, methods, baselines, delta, spread, metrics, notes, seeds } = result
  const keys = [...tasks, 'overall']
  const deltas = Object.keys(methods).map(name => [
    escape(name),
    ...keys.map(key => (delta[name]![key] === undefined ? '–' : deltaText(delta[name]![key], spread[name]?.[key]))),
  ])
  const over = seeds.length > 1 ? `mean ± standard deviation over ${seeds.length} seeds` : `seed ${seeds[0]}`
  const byTask = tasks.map(task => {
    const names = Object.keys(metrics[task]!)
    const row = (name: string, { mean, deviation }: Contender) => [
      escape(name),
      ...names.map(metric => valueText(mean[task]?.[metric], deviation[task]?.[metric])),
    ]
    const head = [escape(task), ...names.map(name => `${escape(name.replaceAll('_', ' '))} ${metrics[task]![name] ? '↑' : '↓'}`)]
    return table(head, [row('single-task', baselines[task]!), ...Object.entries(methods).map(([name, c]) => row(name, c))], true)
  })
  const chosen = [...Object.entries(baselines).map(([task, c]) => [`${task} alone`, c] as const), ...Object.entries(methods)]
  const choices = chosen.filter(([, { candidates }]) => candidates.length > 1)
  return [
    '<h2>Δm</h2>',
    table(['method', ...keys.map(escape)], deltas),
    `<p class="minor">The mean over a task’s metrics of the relative change against a model of this task alone, test split, ${over}. Above 0 is better; overall is the mean over tasks.</p>`,
    deltaPlot(result),
    ...notes.map(note => `<p>${escape(note)}</p>`),
    '<h2>Metrics</h2>',
    `<p class="minor">Test split, ${over}. ↑ higher is better, ↓ lower is better.</p>`,
    ...byTask,
    ...(choices.length === 0 ? [] : ['<h2>Chosen on the validation split</h2>', choiceTable(choices)]),
  ].join('\n')
}

function choiceTable(choices: readonly (readonly [string, Contender])[]): string {
  const rows = choices.map(([name, { learningRate, weighting, candidates }]) => [
    escape(name),
    String(learningRate),
    escape(name === 'fixed' ? weightsText(weighting) : ''),
    `${candidates.length}${candidates.some(({ score }: Candidate) => score === null) ? `, ${candidates.filter(({ score }) => score === null).length} diverged` : ''}`,
  ])
  return table(['', 'learning rate', 'weights', 'candidates'], rows)
}

function weightsText(weighting: Weighting | null): string {
  const weights = Object.entries((weighting?.options.weights ?? {}) as Record<string, number>)
  return weights.length === 0 ? 'all alike' : weights.map(([task, weight]) => `${task} ${Number(weight.toPrecision(3))}`).join(', ')
}

function memberTable(members: readonly RunSummary[]): string {
  return table(
    ['run', 'state', 'epochs'],
    members.map(({ id, partOf, status, epoch }) => {
      const ended = status === 'completed' || status === 'stopped' || status === 'failed'
      return [link(partOf?.label ?? id, 'mtl.showCurves', id), status, ended ? String(epoch) : '']
    }),
  )
}

/** @param cells are HTML */
function table(head: readonly string[], rows: readonly (readonly string[])[], firstIsBaseline = false): string {
  const line = (cells: readonly string[], kind: 'th' | 'td') => cells.map(cell => `<${kind}>${cell}</${kind}>`).join('')
  const body = rows.map((row, i) => `<tr${firstIsBaseline && i === 0 ? ' class="baseline"' : ''}>${line(row, 'td')}</tr>`)
  return `<div class="wide"><table><thead><tr>${line(head, 'th')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
}

const valueText = (mean?: number, deviation?: number): string => {
  if (mean === undefined) return '–'
  const text = numbersLike(mean)
  return `${text(mean)}${deviation === undefined ? '' : ` ± ${text(deviation)}`}`
}

const link = (text: string, command: string, id: string): string =>
  `<a href="command:${command}?${encodeURIComponent(JSON.stringify([id]))}">${escape(text)}</a>`

const escape = (text: string): string => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
