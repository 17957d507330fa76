// Serves VS Code in the browser with the built extension in it.
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureServer } from './vscode.mjs'

/** Quiet: nothing that calls home, asks questions or covers the editor. */
const settings = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'typescript.disableAutomaticTypeAcquisition': true,
  'js/ts.tsserver.automaticTypeAcquisition.enabled': false,
}

/**
 * @param {object} options
 * @param {string} options.state folder of user data, log and configuration
 * @param {string} options.extensions folder of installed extensions; must be complete before the first start
 * @param {number} options.port
 * @param {boolean} options.trust whether VS Code asks before it trusts a folder
 * @param {NodeJS.ProcessEnv} [options.env]
 */
export async function serve({ state, extensions, port, trust, env }) {
  const { node, entry } = await ensureServer()
  const data = join(state, 'data')
  const settingsFile = join(data, 'User', 'settings.json')
  mkdirSync(dirname(settingsFile), { recursive: true })
  writeFileSync(settingsFile, JSON.stringify(settings, null, 2))
  const configuration = join(state, 'config.yaml')
  writeFileSync(configuration, 'auth: none\ncert: false\n')
  const log = join(state, 'server.log')
  const output = openSync(log, 'w')
  const args = [
    '--config',
    configuration,
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--user-data-dir',
    data,
    '--extensions-dir',
    extensions,
  ]
  args.push('--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--ignore-last-opened')
  if (!trust) args.push('--disable-workspace-trust')
  // A group of its own, so that all of it ends at once; training processes leave the group and live on.
  const child = spawn(node, [entry, ...args], {
    cwd: state,
    stdio: ['ignore', output, output],
    detached: true,
    env: { ...process.env, PORT: undefined, ...env },
  })
  /** @type {Promise<void>} */
  const ended = new Promise(resolve => child.on('exit', () => resolve()).on('error', () => resolve()))
  const url = `http://127.0.0.1:${port}/`

  async function stop() {
    signal(child, 'SIGTERM')
    await Promise.race([ended, sleep(5000)])
    signal(child, 'SIGKILL')
  }

  if (!(await answers(`${url}healthz`, ended))) {
    await stop()
    throw new Error(`VS Code did not start:\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n')}`)
  }
  return { url, log, ended, stop }
}

function signal(child, name) {
  try {
    if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, name)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** @returns {Promise<boolean>} whether the address answers before its process ends or a minute is over */
async function answers(url, ended) {
  let running = true
  void ended.then(() => (running = false))
  for (const deadline = Date.now() + 60_000; running && Date.now() < deadline; await sleep(150)) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return true
  }
  return false
}

/** @returns {Promise<number>} the first free port from the given one on; 0 takes any */
export async function freePort(first) {
  for (let port = first; port < first + 100; port++) {
    const free = await new Promise(resolve => {
      const server = createServer()
      server.once('error', () => resolve(undefined))
      server.listen(port, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
      })
    })
    if (free !== undefined) return free
  }
  throw new Error(`No free port between ${first} and ${first + 99}`)
}
