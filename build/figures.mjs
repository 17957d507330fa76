// Trains every example with three seeds through the command line, writes examples/*/results/seed-N.json, and puts the figures
// made from these files, and an example's own tables, between the marks in each README: `npm run figures [-- NAME… | --tables]`:
// only the examples named, or none: --tables trains nothing.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build, dist, root } from './build.mjs'
import { withConflictTables } from './conflictFigures.mjs'

const seeds = [1, 2, 3]
const [start, end] = ['<!-- figures:start -->', '<!-- figures:end -->']
const execute = promisify(execFile)
/** @type {Record<string, (text: string) => string>} */
const ownTables = { conflict: withConflictTables }

/**
 * @typedef {{ seed: number, epochs: number, metrics: Record<string, Record<string, number>>, versions: Record<string, string>, data: { path: string, sha256: string }[] }} Result
 * @typedef {{ name: string, folder: string, model: string, readme: string, results: string }} Example
 */

/** @returns {Example[]} */
export function examples() {
  return readdirSync(join(root, 'examples'), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && readdirSync(join(root, 'examples', entry.name)).some(file => file.endsWith('.mtl.ts')))
    .map(({ name }) => {
      const folder = join(root, 'examples', name)
      return { name, folder, model: join(folder, `${name}.mtl.ts`), readme: join(folder, 'README.md'), results: join(folder, 'results') }
    })
}

/**
 * @param {Example} example
 * @returns {Result[]} by seed
 */
export function committedResults({ results }) {
  const files = readdirSync(results).filter(file => /^seed-\d+\.json$/.test(file))
  return files.map(file => JSON.parse(readFileSync(join(results, file), 'utf8'))).sort((a, b) => a.seed - b.seed)
}

/**
 * @param {Result[]} results
 * @returns {string} what stands between the marks
 */
export function figures(results) {
  const rows = Object.entries(results[0].metrics).flatMap(([task, metrics]) => {
    const names = Object.keys(metrics)
      .filter(name => name.startsWith('test_'))
      .map(name => name.slice('test_'.length))
    return names.map(name => {
      const spread = /** @param {string} split */ split => meanAndDeviation(name, values(results, task, `${split}_${name}`))
      return `| \`${task}\` | ${name} | ${spread('validation')} | ${spread('test')} |`
    })
  })
  const head = ['| task | metric | validation | test |', '|---|---|---|---|']
  const source = `Best checkpoint of ${results[0].epochs} epochs, mean ± standard deviation over seeds ${results.map(({ seed }) => seed).join(', ')}; made by \`npm run figures\` from \`results/\`.`
  return [start, source, '', ...head, ...rows, end].join('\n')
}

/** The README with its figures made anew. @param {Example} example @param {Result[]} results */
export function withFigures({ name, readme }, results) {
  const text = readFileSync(readme, 'utf8')
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${relative(root, readme)} has no place for figures: ${start} … ${end}`)
  const made = text.slice(0, from) + figures(results) + text.slice(to + end.length)
  return ownTables[name]?.(made) ?? made
}

/** @param {Result[]} results @param {string} task @param {string} metric */
const values = (results, task, metric) => results.map(({ metrics }) => metrics[task][metric])

const percentages = ['accuracy', 'macro_f1', 'auc']

/** @param {string} name @param {number[]} numbers */
function meanAndDeviation(name, numbers) {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length
  const deviation = Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, numbers.length - 1))
  if (percentages.includes(name)) return `${(100 * mean).toFixed(1)} ± ${(100 * deviation).toFixed(1)} %`
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(mean) || 1)))
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`
}

/** @param {Example} example @param {number} seed @returns {Promise<Result>} */
async function train({ name, model }, seed) {
  const runs = mkdtempSync(join(tmpdir(), 'mtl-figures-'))
  try {
    const args = [join(dist, 'cli.js'), 'train', model, '--json', '--seed', String(seed), '--runs', runs]
    const { stdout } = await execute(process.execPath, args, { maxBuffer: 2 ** 28 })
    const { metrics } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    const [folder] = readdirSync(runs)
    const { epochs, versions, data } = JSON.parse(readFileSync(join(runs, folder, 'run.json'), 'utf8'))
    const { node: _, ...kept } = versions
    console.log(`${name}, seed ${seed}: done`)
    return { seed, epochs, metrics, versions: kept, data: data.map(({ path, sha256 }) => ({ path, sha256 })) }
  } finally {
    rmSync(runs, { recursive: true, force: true })
  }
}

async function main() {
  await build()
  const words = process.argv.slice(2)
  for (const example of examples()) {
    mkdirSync(example.results, { recursive: true })
    const trained = words.length === 0 || words.includes(example.name)
    for (const seed of trained ? seeds : []) {
      const result = await train(example, seed)
      writeFileSync(join(example.results, `seed-${seed}.json`), `${JSON.stringify(result, null, 2)}\n`)
    }
    writeFileSync(example.readme, withFigures(example, committedResults(example)))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch(error => {
    console.error(error.stderr || error)
    process.exitCode = 1
  })
}
