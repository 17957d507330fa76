// Measures training steps against PyTorch, what methods and watching for conflict cost, and memory; profiles steps; writes
// test/bench/results.json, and puts the tables made from this file between the marks of docs/performance.md:
// `npm run bench:record [-- --seconds 12] [-- --sampling] [-- --tables]`; --sampling measures only what it costs to watch for
// conflict, --tables nothing.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { root } from './build.mjs'

const [start, end] = ['<!-- figures:start -->', '<!-- figures:end -->']
const file = join(root, 'test', 'bench', 'results.json')
const page = join(root, 'docs', 'performance.md')

/**
 * @typedef {{ workload: string, batch: number, mode: string, ms_median: number, ms_min: number, threads: number, ratio?: number }} Result
 * @typedef {{ profile: string, batch: number, mode: string, image_layout: string | null, step_ms: number, operators_ms: Record<string, number>, outside_ms: number }} Profile
 * @typedef {{ ratio: number, target: number | null }} Target
 * @typedef {Target & { cost: string, workload: string, batch: number, against: 'equal' | 'passes', ms_median: number }} Cost
 * @typedef {Target & { memory: string, passes: 1 | 2 | null, tasks: number, parameters: number, batch: number, peak_mib: number }} Memory
 * @typedef {Target & { sampling: string, batch: number, ms_off: number, ms_on: number, samples: number }} Sampling
 * @typedef {{ cpu: string, cores: number, node: string, load: [number, number], results: Result[], profiles: Profile[], costs: Cost[], memory: Memory[], sampling: Sampling[] }} Recorded
 */

/** @returns {Recorded} */
export const recorded = () => JSON.parse(readFileSync(file, 'utf8'))

const baselines = { equal: 'equal weighting', passes: 'the backward passes' }

/** @param {Target} measured */
const verdict = ({ ratio, target }) => (target === null ? '—' : `≤ ${target} ${ratio <= target ? 'met' : 'missed'}`)

/** @param {Recorded} data @returns {string} what stands between the marks */
export function tables({ cpu, cores, node, load, results, profiles, costs, memory, sampling }) {
  const busy =
    // Both: the one before still counts what has just ended.
    Math.min(...load) > 1.5 * cores
      ? ' The machine was busy with other work, and the two sides suffer from it differently: neither milliseconds nor ratios say much.'
      : ''
  const source = `${cpu}, ${results[0]?.threads ?? cores} threads, Node ${node}; load ${load.map(l => l.toFixed(1)).join(' before and ')} after.${busy} Made by \`npm run bench:record\` from \`test/bench/results.json\`.`
  const measured = results.map(
    r => `| ${r.workload} | ${r.batch} | ${r.mode} | ${r.ms_median} | ${r.ms_min} | ${r.ratio === undefined ? '—' : r.ratio.toFixed(2)} |`,
  )
  const shares = profiles.map(p => {
    const total = Object.values(p.operators_ms).reduce((a, b) => a + b, 0) + p.outside_ms
    const share = /** @param {number} ms */ ms => `${Math.round((100 * ms) / total)} %`
    const largest = Object.entries(p.operators_ms)
      .filter(([, ms]) => ms / total >= 0.03)
      .map(([name, ms]) => `${name} ${share(ms)}`)
    return `| ${p.profile} | ${p.batch} | ${p.mode} | ${p.image_layout ?? '—'} | ${largest.join(', ')} | ${share(p.outside_ms)} |`
  })
  return [
    start,
    source,
    '',
    '| workload | batch | mode | median ms | least ms | ratio to PyTorch |',
    '|---|---|---|---|---|---|',
    ...measured,
    '',
    'Where a step’s time goes, by the primitives for which the runtime’s operators were written:',
    '',
    '| workload | batch | mode | images | operators, 3 % and more | outside the runtime |',
    '|---|---|---|---|---|---|',
    ...shares,
    '',
    `A method’s step on ${costs[0]?.workload}, batch ${costs[0]?.batch}, to what it can’t do without: one of equal weighting; or for methods that compare gradients, one with the gradients of all tasks, but without Gram matrix and method.`,
    '',
    '| method | median ms | ratio | to | target |',
    '|---|---|---|---|---|',
    ...costs.map(c => `| \`${c.cost}\` | ${c.ms_median} | ${c.ratio.toFixed(2)} | ${baselines[c.against]} | ${verdict(c)} |`),
    '',
    `Peak memory of a process that trains ${memory[0]?.tasks} tasks on a trunk of ${((memory[0]?.parameters ?? 0) / 1e6).toFixed(0)} million parameters, batch ${memory[0]?.batch}:`,
    '',
    '| weighting | passes | peak MiB | ratio to equal | target |',
    '|---|---|---|---|---|',
    ...memory.map(m => `| ${m.memory} | ${m.passes ?? '—'} | ${m.peak_mib} | ${m.ratio.toFixed(2)} | ${verdict(m)} |`),
    '',
    'All of the time of training with task gradients sampled for signs of conflict, over that without, the two in turns:',
    '',
    '| workload | batch | ms without | ms with | samples | ratio | target |',
    '|---|---|---|---|---|---|---|',
    ...sampling.map(
      s => `| ${s.sampling} | ${s.batch} | ${s.ms_off} | ${s.ms_on} | ${s.samples} | ${s.ratio.toFixed(3)} | ${verdict(s)} |`,
    ),
    end,
  ].join('\n')
}

/** @param {Recorded} data @returns {string} docs/performance.md with its figures made anew */
export function withTables(data) {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no place for figures: ${start} … ${end}`)
  return text.slice(0, from) + tables(data) + text.slice(to + end.length)
}

/** @param {string[]} args @returns {Promise<any[]>} lines of JSON */
async function bench(...args) {
  const child = spawn(process.execPath, [join(root, 'test', 'bench', 'bench.mjs'), '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise(resolve => child.on('exit', resolve))
  const lines = []
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line)
    lines.push(JSON.parse(line))
  }
  if ((await ended) !== 0) throw new Error('the benchmark failed')
  return lines
}

async function main() {
  const { values } = parseArgs({
    options: { tables: { type: 'boolean' }, sampling: { type: 'boolean' }, seconds: { type: 'string', default: '12' } },
  })
  const write = /** @param {Recorded} data */ data => writeFileSync(file, `${JSON.stringify(data, null, 1)}\n`)
  if (values.sampling) write({ ...recorded(), sampling: await bench('sampling') })
  else if (!values.tables) {
    const before = loadavg()[0] ?? 0
    const results = await bench('steps', '--seconds', values.seconds)
    const costs = await bench('costs', '--seconds', values.seconds)
    const memory = await bench('memory')
    const profiles = await bench('--profile')
    write({
      cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
      cores: cpus().length,
      node: process.versions.node,
      load: [before, loadavg()[0] ?? 0],
      results,
      profiles,
      costs,
      memory,
      sampling: await bench('sampling'),
    })
  }
  writeFileSync(page, withTables(recorded()))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch(error => {
    console.error(error)
    process.exitCode = 1
  })
}
