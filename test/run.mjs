// Runs the suites named on the command line, or all, and ends with the line `N passed, M failed`:
// `node test/run.mjs [SUITE…] [ARGUMENT…]`. What names no suite is handed to the tool behind it (eslint, tsc, mocha).
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from '../build/build.mjs'
import { findChromium } from '../build/chromium.mjs'
import { ensureServer } from '../build/vscode.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const results = join(root, 'test-results')
process.chdir(root)

/** @typedef {{ title: string, file: string | null, state: 'passed' | 'failed' | 'skipped', error?: string }} Test */
/** @typedef {{ passed: number, failed: number, skipped: string[], failures: { title: string, error: string }[] }} Outcome */

/** After which a suite counts as hanging: far more than any takes, also on a slow machine. */
const minutes = 25

/** Suites that look at the text alone need nothing built. */
const unbuilt = ['lint', 'typecheck']

/** @type {Record<string, (extra: string[]) => Promise<Outcome>>} */
const suites = {
  lint: extra => tool('lint', 'node_modules/eslint/bin/eslint.js', extra.length > 0 ? extra : ['.']),
  typecheck: extra => tool('typecheck', 'node_modules/typescript/bin/tsc', ['--build', ...extra]),
  unit: extra => mocha('unit', extra),
  conformance: extra => withGraphics('conformance', extra),
  webview: extra => inBrowser('webview', extra),
  integration: extra => inVsCode('integration', extra),
  e2e: extra => inVsCode('e2e', extra),
}

/** @returns {Outcome} */
const passed = () => ({ passed: 1, failed: 0, skipped: [], failures: [] })
/** @returns {Outcome} */
const failed = (title, error) => ({ passed: 0, failed: 1, skipped: [], failures: [{ title, error }] })
/** @returns {Outcome} */
const skipped = (name, why) => ({ passed: 0, failed: 0, skipped: [`${name}: ${why}`], failures: [] })

/** A checker that passes or fails as a whole and prints its own findings. */
async function tool(name, script, args) {
  const code = await node([script, ...args], {}, 10)
  return code === 0 ? passed() : failed(name, `${name} ended with ${code}; its findings stand above`)
}

function testFiles(name) {
  const folder = join('test', name)
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts'))
    .map(file => join(folder, file))
}

/** Mocha's arguments: all files of a suite, unless some are named. */
const argumentsOf = (name, extra) => (extra.some(word => word.endsWith('.ts')) ? extra : [...testFiles(name), ...extra])

async function mocha(name, extra) {
  const args = argumentsOf(name, extra)
  return args.length === 0 ? skipped(name, `no tests in test/${name}`) : outcomeOf(await runMocha(name, args))
}

const runMocha = (name, args) =>
  collect(name, file =>
    node(['node_modules/mocha/bin/mocha.js', '--reporter', 'test/reporter.cjs', ...args], { MTL_TEST_RESULTS: file }, minutes),
  )

/** Chromium brings a graphics driver in software, on which the GPU's tests run; where it is missing they say so themselves. */
async function withGraphics(name, extra) {
  await missingTool(findChromium)
  return mocha(name, extra)
}

/** The panels alone, in a browser. */
async function inBrowser(name, extra) {
  const missing = await missingTool(() => (process.env.CHROMIUM = findChromium()))
  return missing ? without(name, missing) : mocha(name, extra)
}

/** The extension in VS Code, in a browser. */
async function inVsCode(name, extra) {
  if (testFiles(name).length === 0) return skipped(name, `no tests in test/${name}`)
  const missing = await missingTool(async () => {
    process.env.CHROMIUM = findChromium()
    await ensureServer()
  })
  if (missing) return without(name, missing)
  const run = name === 'e2e' ? files => runMocha(name, files ?? argumentsOf(name, extra)) : () => runInside(name)
  return outcomeOf(await again(run, name === 'e2e'))
}

/** Inside the extension host. */
const runInside = name => collect(name, file => node(['test/integration/run.mjs'], { MTL_TEST_RESULTS: file }, minutes))

/**
 * VS Code's own lists, pages and messages take the focus, or lose it, at times of their own, and what a step has half done it can't
 * do again. So what has failed is run once more from its start, in another VS Code; what that says counts.
 * @param {(files?: string[]) => Promise<Test[]>} run of these files alone, where it can
 * @param {boolean} byFile whether it can
 */
async function again(run, byFile) {
  const first = await run()
  const failures = first.filter(({ state }) => state === 'failed')
  if (failures.length === 0) return first
  for (const { title, error } of failures) console.log(`\nonce more, after: ${title}\n${error.replace(/^/gm, '  ')}`)
  const files = [...new Set(failures.map(({ file }) => file))]
  if (!byFile || files.includes(null)) return run()
  return [...first.filter(({ file }) => !files.includes(file)), ...(await run(files))]
}

/** @returns {Promise<string | undefined>} why a tool could neither be found nor installed */
async function missingTool(find) {
  try {
    await find()
    return undefined
  } catch (error) {
    return error.message
  }
}

/** On a developer's machine a word about the missing tool is enough; where everything must run, it is a failure. */
const without = (name, missing) => (process.env.CI ? failed(name, missing) : skipped(name, missing))

/**
 * Runs a mocha that writes its outcome to a file; one that ends without it, or badly after it, has failed.
 * @returns {Promise<Test[]>}
 */
async function collect(name, run) {
  const file = join(results, `${name}.json`)
  mkdirSync(results, { recursive: true })
  rmSync(file, { force: true })
  const code = await run(file)
  /** @returns {Test} */
  const broken = error => ({ title: name, file: null, state: 'failed', error })
  if (!existsSync(file)) return [broken(`the test run ended with ${code} before its results were written`)]
  const tests = JSON.parse(readFileSync(file, 'utf8'))
  if (code === 0 || tests.some(({ state }) => state === 'failed')) return tests
  return [...tests, broken(`all tests passed, but the test run ended with ${code}`)]
}

/** @param {Test[]} tests @returns {Outcome} */
function outcomeOf(tests) {
  const of = state => tests.filter(test => test.state === state)
  const failures = of('failed').map(({ title, error }) => ({ title, error: error ?? '' }))
  return { passed: of('passed').length, failed: failures.length, skipped: of('skipped').map(({ title }) => title), failures }
}

/** @returns {Promise<number | string>} exit code, signal, or what went wrong */
function node(args, env, minutes) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } })
    const limit = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`nothing after ${minutes} minutes`)
    }, minutes * 60_000)
    child.on('error', error => resolve(error.message))
    child.on('exit', (code, signal) => {
      clearTimeout(limit)
      resolve(code ?? signal ?? 'no exit code')
    })
  })
}

/** @returns {Promise<Outcome>} */
async function run(name) {
  try {
    if (!unbuilt.includes(name)) await build()
    return await suites[name](extra)
  } catch (error) {
    // esbuild has printed its own errors by now.
    return failed(name, error.errors ? error.message.split('\n')[0] : (error.stack ?? String(error)))
  }
}

const words = process.argv.slice(2)
const chosen = words.filter(word => word in suites)
const extra = words.filter(word => !(word in suites))
const total = { passed: 0, failed: 0, skipped: /** @type {string[]} */ ([]) }

for (const name of chosen.length > 0 ? chosen : Object.keys(suites)) {
  console.log(`\n— ${name}`)
  const start = Date.now()
  const outcome = await run(name)
  for (const { title, error } of outcome.failures) console.log(`\n✗ ${title}\n${error.replace(/^/gm, '  ')}`)
  console.log(`  ${outcome.passed} passed, ${outcome.failed} failed (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  total.passed += outcome.passed
  total.failed += outcome.failed
  total.skipped.push(...outcome.skipped)
}

for (const what of total.skipped) console.log(`\nskipped: ${what}`)
const tail = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : ''
console.log(`\n${total.passed} passed, ${total.failed} failed${tail}`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
