// The tables in examples/conflict/README.md, made from examples/conflict/results/{correlation,scales}.json, which
// `npm run conflict-example` trains.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.mjs'
import { meanInterval } from './methodsDocument.mjs'

/**
 * @typedef {{ seed: number, rmse: Record<string, number>, found: string[], advice: string[], cosine: number | null, similarity: number | null }} Outcome
 * @typedef {{ p: number, label: string, variants: Record<string, Outcome[]> }} Correlation
 */

const folder = join(root, 'examples', 'conflict')

/** @param {string} name @returns {any} */
const read = name => JSON.parse(readFileSync(join(folder, 'results', name), 'utf8'))

/** @param {string} text of the README @returns {string} with its tables made anew */
export const withConflictTables = text =>
  replaceBetween(
    replaceBetween(text, 'correlation', correlationTable(read('correlation.json'))),
    'scales',
    scalesTable(read('scales.json')),
  )

/** @param {string} text @param {string} name @param {string} table */
function replaceBetween(text, name, table) {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`examples/conflict/README.md has no place for a table: ${start} … ${end}`)
  return text.slice(0, from) + [start, table, end].join('\n') + text.slice(to + end.length)
}

/** @param {Correlation[]} rows */
function correlationTable(rows) {
  const cells = rows.map(({ p, label, variants: { before, split, wider, upGrad } }) => [
    `${minus(String(p))} (\`${label}\`)`,
    `${before.filter(({ found }) => found.length > 0).length} of ${before.length}`,
    minus(mean(before.map(({ cosine }) => cosine ?? NaN)).toFixed(2)),
    ...[split, wider, upGrad].map(after => change(before, after)),
  ])
  return [
    source(rows[0].variants.before),
    '',
    '| correlation p (column) | finding | mean cosine | Δ split | Δ two units | Δ `upGrad` |',
    '|---|---|---|---|---|---|',
    ...cells.map(line),
  ].join('\n')
}

/** @param {Record<string, Outcome[]>} variants */
function scalesTable({ equal, ...others }) {
  const [small, large] = Object.keys(equal[0].rmse)
  const rows = Object.entries({ equal, ...others }).map(([method, outcomes]) => [
    `\`${method}\``,
    `${outcomes.filter(({ advice }) => advice.includes('scaleLosses')).length} of ${outcomes.length}`,
    mean(outcomes.map(({ similarity }) => similarity ?? NaN)).toFixed(2),
    ...[small, large].map(task => mean(outcomes.map(({ rmse }) => rmse[task])).toPrecision(2)),
    ...[[small], [large], [small, large]].map(tasks => (outcomes === equal ? '—' : change(equal, outcomes, tasks))),
  ])
  return [
    source(equal),
    '',
    `| weighting | finding | similarity | RMSE \`${small}\` | RMSE \`${large}\` | Δ \`${small}\` | Δ \`${large}\` | Δ |`,
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(line),
  ].join('\n')
}

/** How much smaller the tasks' test RMSE became, in percent. @param {Outcome[]} before @param {Outcome[]} after */
function change(before, after, tasks = Object.keys(before[0].rmse)) {
  const { mean, low, high } = meanInterval(
    before.map(({ rmse }, k) => (100 * tasks.reduce((sum, task) => sum + 1 - after[k].rmse[task] / rmse[task], 0)) / tasks.length),
  )
  const text = `${signed(mean)} % [${signed(low)}, ${signed(high)}]`
  return low > 0 || high < 0 ? `**${text}**` : text
}

/** @param {Outcome[]} outcomes */
const source = outcomes =>
  `Seeds ${outcomes.map(({ seed }) => seed).join(', ')}; made by \`npm run conflict-example\` from \`results/\`. Δ is how much smaller the test RMSE is than before, mean over tasks and seeds, with its 95 % interval (Student’s t, paired by seed); bold where that leaves out 0.`

/** @param {string[]} cells */
const line = cells => `| ${cells.join(' | ')} |`
/** @param {number[]} values */
const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length
/** @param {string} number */
const minus = number => number.replace('-', '−')
/** @param {number} value */
const signed = value => (value < 0 ? minus(value.toFixed(1)) : `+${value.toFixed(1)}`)
