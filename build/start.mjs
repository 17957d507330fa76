// `npm start [-- --no-open] [--port N]`: builds the extension and opens it in VS Code on examples/.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, root } from './build.mjs'
import { cacheFolder } from './cache.mjs'
import { freePort, serve } from './server.mjs'
import { extensionFolder, stage } from './stage.mjs'

const { values } = parseArgs({ options: { 'no-open': { type: 'boolean', default: false }, port: { type: 'string' } } })
const examples = join(root, 'examples')
const hint = '  penguins/penguins.mtl.ts   then ▶ Train, or Graph, above the model'

try {
  console.log('Building …')
  await build()
  const desktop = values['no-open'] || values.port ? undefined : desktopVsCode()
  if (desktop) openDesktop(desktop)
  else await openBrowser()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

/** `code` on the PATH, where it is the desktop's own: in a terminal of VS Code in a browser it is another program. */
function desktopVsCode() {
  if (process.env.VSCODE_IPC_HOOK_CLI || process.getuid?.() === 0) return undefined
  const name = process.platform === 'win32' ? 'code.cmd' : 'code'
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(file => existsSync(file))
}

function openDesktop(code) {
  const extension = stage(join(root, '.cache', 'extension'), { packages: 'link' })
  const child = spawn(code, ['--new-window', `--extensionDevelopmentPath=${extension}`, examples], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  child.on('error', error => {
    console.error(error.message)
    process.exitCode = 1
  })
  console.log(`Opening VS Code on ${examples}. Click:\n${hint}`)
}

async function openBrowser() {
  const port = await choosePort()
  const state = join(cacheFolder, 'start', String(port))
  const extensions = join(state, 'extensions')
  rmSync(state, { recursive: true, force: true })
  mkdirSync(extensions, { recursive: true })
  stage(join(extensions, extensionFolder), { packages: 'link' })
  // Trusted at once: the folder is this repository's own.
  const server = await serve({ state, extensions, port, trust: false })
  const address = `${server.url}?folder=${encodeURI(examples)}`
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => void server.stop())
  console.log(`VS Code with MTL Workbench: ${address}\nOpen it in a browser and click:\n${hint}\nCtrl-C ends it.`)
  if (!values['no-open']) openAddress(address)
  await server.ended
}

async function choosePort() {
  if (values.port === undefined) return freePort(8160)
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`--port takes a whole number from 1 to 65535, not ${values.port}`)
  if ((await freePort(port)) !== port) throw new Error(`Port ${port} is in use`)
  return port
}

function openAddress(address) {
  const [command, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform] ?? ['xdg-open']
  spawn(command, [...args, address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
}
