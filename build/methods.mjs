// Compares every method with single-task models on each example, three seeds each, writes docs/results/methods/EXAMPLE.json, and
// docs/methods.md from these files and the table of methods: `npm run methods [-- --tables] [--again] [--from FOLDER]`. It trains
// examples whose file is missing or lacks a method of the table, goes on where it was interrupted, and trains all with --again;
// --tables trains nothing, and --from takes the comparison in FOLDER, trained by hand, for its example.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { parseArgs } from 'node:util'
import * as esbuild from 'esbuild'
import { build, dist, root } from './build.mjs'
import { methodsDocument } from './methodsDocument.mjs'

const seeds = 3
/** By how long they take. */
const examples = ['penguins', 'multi-fashion']
const page = join(root, 'docs', 'methods.md')

/** @typedef {import('./methodsDocument.mjs').Kept} Kept */

/** @param {string} example */
const fileOf = example => join(root, 'docs', 'results', 'methods', `${example}.json`)

/** @returns {{ example: string, kept: Kept | null }[]} null where nothing is committed yet */
export function committed() {
  const read = /** @param {string} file */ file => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)
  return examples.map(example => ({ example, kept: read(fileOf(example)) }))
}

/** The table of methods, from its source. @returns {import('../src/methods/method').MethodDefinition[]} */
export function tableOfMethods() {
  const { outputFiles } = esbuild.buildSync({
    absWorkingDir: root,
    entryPoints: ['src/methods/table.ts'],
    bundle: true,
    write: false,
    outdir: 'docs',
    platform: 'node',
    format: 'cjs',
  })
  const module = { exports: /** @type {any} */ ({}) }
  runInNewContext(outputFiles[0].text, { module, exports: module.exports })
  return module.exports.methods
}

/** Those that can be compared by name: all but what is written in the model file. */
export const comparable = () => tableOfMethods().filter(({ traced }) => !traced)

/** @param {string} example @returns {Promise<string>} the comparison's folder */
async function compare(example) {
  const model = join(root, 'examples', example, `${example}.mtl.ts`)
  const names = comparable().map(({ kind }) => kind)
  const runs = join(root, '.mtl', 'methods')
  const args = ['compare', model, '--methods', names.join(','), '--seeds', String(seeds), '--json', '--runs', runs]
  const child = spawn(process.execPath, [join(dist, 'cli.js'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => child.on('exit', resolve))
  let last
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line)
    if (last.type === 'progress' && last.run === null) console.log(`${example}: ${last.done} of ${last.total}, ${last.member}`)
  }
  if ((await ended) !== 0) throw new Error(`${example}: interrupted; \`npm run methods\` goes on with it`)
  return last.folder
}

/** @param {string} folder of a comparison that is done @returns {Kept} */
function keep(folder) {
  const [manifest, result] = ['comparison.json', 'result.json'].map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')))
  const { epochs, learningRates } = manifest.settings
  const means = /** @param {any} contender */ ({ mean }) => rounded(mean)
  return {
    model: basename(manifest.modelFile),
    epochs,
    seeds: result.seeds,
    learningRates,
    data: manifest.data.map(({ path, sha256 }) => ({ path, sha256 })),
    mtl: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    alone: Object.fromEntries(Object.entries(result.baselines).map(([task, contender]) => [task, means(contender)[task]])),
    methods: Object.fromEntries(
      Object.entries(result.methods).map(([name, contender]) => {
        const { weighting, deltas } = /** @type {any} */ (contender)
        return [name, { weighting, metrics: means(contender), deltas: rounded(deltas) }]
      }),
    ),
    notes: result.notes,
  }
}

/** Six digits: enough for every figure made of them. @param {any} value @returns {any} */
const rounded = value => JSON.parse(JSON.stringify(value, (_, v) => (typeof v === 'number' ? Number(v.toPrecision(6)) : v)))

/** A line for each method, so that a difference can be read. @param {Kept} kept */
function text({ methods, ...rest }) {
  const rows = Object.entries(methods).map(([name, method]) => `    ${JSON.stringify(name)}: ${JSON.stringify(method)}`)
  return `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "methods": {\n${rows.join(',\n')}\n  }\n}\n`
}

/** @param {Kept | null} kept */
const complete = kept =>
  kept !== null && comparable().every(({ kind }) => kept.methods[kind] || kept.notes.some(note => note.startsWith(`${kind} `)))

async function main() {
  const { values } = parseArgs({ options: { tables: { type: 'boolean' }, again: { type: 'boolean' }, from: { type: 'string' } } })
  mkdirSync(join(root, 'docs', 'results', 'methods'), { recursive: true })
  if (values.from !== undefined) {
    const kept = keep(values.from)
    const example = examples.find(name => kept.model === `${name}.mtl.ts`)
    if (example === undefined) throw new Error(`${values.from} compares ${kept.model}, which is none of ${examples.join(', ')}`)
    writeFileSync(fileOf(example), text(kept))
  } else if (!values.tables) {
    const open = committed().filter(({ kept }) => values.again || !complete(kept))
    if (open.length > 0) await build()
    for (const { example } of open) writeFileSync(fileOf(example), text(keep(await compare(example))))
  }
  writeFileSync(page, methodsDocument(tableOfMethods(), committed()))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch(error => {
    console.error(error)
    process.exitCode = 1
  })
}
