// Runs test/integration/*.test.ts with mocha inside VS Code's extension host. The browser is only the door: the page's own
// configuration is patched to name the extension and the tests, as desktop VS Code's --extensionTestsPath would.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import { external, root } from '../../build/build.mjs'
import { results, startEditor } from '../editor.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const limit = 20 * 60_000

/** @returns {Promise<string>} the module whose `run` VS Code calls */
async function bundle(outcome) {
  const out = join(root, '.cache', `integration-${process.pid}`)
  const tests = readdirSync(here).filter(file => file.endsWith('.test.ts'))
  const entryPoints = tests.map(file => join(here, file))
  await esbuild.build({
    entryPoints,
    outdir: out,
    bundle: true,
    sourcemap: 'inline',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external,
    logLevel: 'warning',
  })
  const files = tests.map(file => join(out, file.replace(/\.ts$/, '.js')))
  const entry = join(out, 'index.cjs')
  writeFileSync(
    entry,
    `exports.run = async () => {
      process.env.MTL_TEST_RESULTS = ${JSON.stringify(outcome)}
      const { default: Mocha } = await import('mocha')
      const mocha = new Mocha({ ui: 'bdd', timeout: 300000, reporter: require(${JSON.stringify(join(root, 'test/reporter.cjs'))}) })
      for (const file of ${JSON.stringify(files)}) mocha.addFile(file)
      const failures = await new Promise(resolve => mocha.run(resolve))
      if (failures > 0) throw new Error(failures + ' failed')
    }`,
  )
  return entry
}

const outcome = process.env.MTL_TEST_RESULTS ?? join(results, 'integration.json')
const entry = await bundle(outcome)
const editor = await startEditor({ name: 'integration', trust: false, installed: false })
const workspace = editor.folder('workspace')
for (const folder of ['examples', 'test/fixtures/workspace']) {
  if (existsSync(join(root, folder))) cpSync(join(root, folder), workspace.path, { recursive: true })
}
mkdirSync(dirname(outcome), { recursive: true })

const page = await editor.browser.newPage({ viewport: { width: 1400, height: 900 } })
const uri = path => ({ scheme: 'vscode-remote', authority: new URL(editor.url).host, path })
const options = { extensions: [uri(editor.extension)], extensionTestsPath: uri(entry) }
const escaped = JSON.stringify(options).slice(1, -1).replaceAll('"', '&quot;')
await page.route(
  url => url.pathname === '/',
  async route => {
    const response = await route.fetch()
    const text = await response.text()
    const body = text.replace('&quot;developmentOptions&quot;:{', start => `${start}${escaped},`)
    if (body === text) throw new Error('The page of this VS Code has no developmentOptions to patch')
    await route.fulfill({ response, body })
  },
)
const done = new Promise(resolve => void page.exposeFunction('codeAutomationExit', code => resolve(code)))
await page.exposeFunction(
  'codeAutomationLog',
  (type, [message] = []) => type === 'error' && process.env.MTL_VERBOSE && console.error(String(message)),
)
await page.goto(workspace.address)
const code = await Promise.race([done, new Promise(resolve => setTimeout(resolve, limit, 'no end').unref())])
if (code !== 0) await page.screenshot({ path: join(results, 'integration.png') })
if (code === 'no end') console.error(`The extension host did not finish within ${limit / 60_000} minutes; see test-results/integration.png`)
await editor.stop()
rmSync(dirname(entry), { recursive: true, force: true })
process.exit(code === 0 ? 0 : 1)
