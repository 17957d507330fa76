// Prints how long the extension's activation takes in a real extension host, as one line of JSON: used by test/bench/editor.ts.
// It is the extension host's own time from its loading of dist/extension.js to the end of `activate`; the median of several windows.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, root } from '../../build/build.mjs'
import { startEditor } from '../editor.mjs'

const windows = 3
const id = 'mtl-workbench.mtl-workbench'

await build()
const out = join(root, '.cache', `activation-${process.pid}`)
mkdirSync(out, { recursive: true })
const outcome = join(out, 'times.json')
const entry = join(out, 'index.cjs')
// The folder of the window has no model file, so that nothing has activated the extension before.
writeFileSync(
  entry,
  `exports.run = async () => {
    const vscode = require('vscode')
    const fs = require('fs')
    const extension = vscode.extensions.getExtension(${JSON.stringify(id)})
    if (extension.isActive) throw new Error('active already')
    const [started, used] = [performance.now(), process.cpuUsage()]
    await extension.activate()
    const { user, system } = process.cpuUsage(used)
    fs.appendFileSync(${JSON.stringify(outcome)}, JSON.stringify({ clock: performance.now() - started, cpu: (user + system) / 1000 }) + '\\n')
  }`,
)
const editor = await startEditor({ name: 'activation', trust: false, installed: false })
const { address } = editor.folder('empty')
try {
  for (let i = 0; i < windows; i++) {
    const page = await editor.browser.newPage()
    const uri = path => ({ scheme: 'vscode-remote', authority: new URL(editor.url).host, path })
    const options = { extensions: [uri(editor.extension)], extensionTestsPath: uri(entry) }
    const escaped = JSON.stringify(options).slice(1, -1).replaceAll('"', '&quot;')
    await page.route(
      url => url.pathname === '/',
      async route => {
        const response = await route.fetch()
        const body = (await response.text()).replace('&quot;developmentOptions&quot;:{', start => `${start}${escaped},`)
        await route.fulfill({ response, body })
      },
    )
    const done = new Promise(resolve => void page.exposeFunction('codeAutomationExit', resolve))
    await page.exposeFunction('codeAutomationLog', () => {})
    await page.goto(address)
    const code = await Promise.race([done, new Promise(resolve => setTimeout(resolve, 180_000, 'no end').unref())])
    if (code !== 0) throw new Error(`the extension host ended with ${code}`)
    await page.close()
  }
  const times = readFileSync(outcome, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  const median = key =>
    Number(
      times
        .map(t => t[key])
        .sort((a, b) => a - b)
        [times.length >> 1].toFixed(1),
    )
  const least = Number(Math.min(...times.map(t => t.clock)).toFixed(1))
  console.log(
    JSON.stringify({
      case: 'activation',
      min_ms: least,
      p50_ms: median('clock'),
      cpu_p50_ms: median('cpu'),
      n: times.length,
      target_ms: 100,
      ok: median('clock') <= 100,
    }),
  )
} finally {
  await editor.stop()
  rmSync(out, { recursive: true, force: true })
}
process.exit(process.exitCode ?? 0)
