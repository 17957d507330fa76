// A real VS Code with the extension, open in a real Chromium, for the integration and end-to-end tests.
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { root } from '../build/build.mjs'
import { findChromium } from '../build/chromium.mjs'
import { packageExtension } from '../build/package.mjs'
import { freePort, serve } from '../build/server.mjs'
import { stage } from '../build/stage.mjs'
import { ensureServer } from '../build/vscode.mjs'

export const results = join(root, 'test-results')

/**
 * Serves VS Code with its own user data, extensions and home folder.
 * @param {object} options
 * @param {string} options.name names the server's log in test-results/
 * @param {boolean} options.trust whether VS Code asks before it trusts a folder
 * @param {boolean} options.installed whether the extension is installed from its package, as users do, or only laid out for development
 * @param {NodeJS.ProcessEnv} [options.variables] of the server's environment, and so of all that it starts
 */
export async function startEditor({ name, trust, installed, variables }) {
  const scratch = mkdtempSync(join(tmpdir(), 'mtl-'))
  const home = join(scratch, 'home')
  const extensions = join(scratch, 'extensions')
  for (const folder of [home, extensions, results]) mkdirSync(folder, { recursive: true })
  const env = { ...variables, HOME: home, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, XDG_CACHE_HOME: undefined }
  if (installed) await install({ state: scratch, extensions, env })
  const extension = installed ? undefined : stage(join(scratch, 'extension'), { packages: 'link' })
  const server = await serve({ state: scratch, extensions, port: await freePort(0), trust, env })
  const browser = await launch()
  return {
    url: server.url,
    scratch,
    /** Where it is laid out for development. */
    extension,
    browser,
    /** A new folder to work in, and the address of a window on it. @param {string} name */
    folder(name) {
      const path = join(scratch, name)
      mkdirSync(path)
      return { path, address: `${server.url}?folder=${encodeURI(path)}` }
    },
    async stop() {
      await browser.close()
      await server.stop()
      if (existsSync(server.log)) copyFileSync(server.log, join(results, `${name}-server.log`))
      rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
    },
  }
}

/** Made once for all tests of a process. @type {Promise<string> | undefined} */
let vsix

function packageOnce() {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-vsix-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return packageExtension({ folder })
}

async function install({ state, extensions, env }) {
  vsix ??= packageOnce()
  const { node, entry } = await ensureServer()
  const args = ['--user-data-dir', join(state, 'data'), '--extensions-dir', extensions, '--install-extension', await vsix]
  const { stdout } = await promisify(execFile)(node, [entry, ...args], { cwd: state, env: { ...process.env, ...env } })
  if (!/successfully installed/.test(stdout)) throw new Error(`The package could not be installed:\n${stdout}`)
}

function launch() {
  // The page is served by this machine and talks to this machine: Chromium's permission question for that has nobody to answer it.
  const features = 'LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWebTransport'
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  return chromium.launch({ executablePath: findChromium(), args: ['--disable-gpu', `--disable-features=${features}`, ...quiet] })
}
