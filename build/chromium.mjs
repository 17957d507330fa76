// A Chromium for the tests: found, or installed by the means of the system.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const playwright = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules/playwright-core/cli.js')
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe']
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']

const onPath = () => (process.env.PATH ?? '').split(delimiter).flatMap(folder => names.map(name => join(folder, name)))
const installed = () => [...onPath(), ...places, chromium.executablePath()].find(file => existsSync(file))

/** @returns {string} path of the browser; CHROMIUM names one */
export function findChromium() {
  const named = process.env.CHROMIUM
  if (named) {
    if (existsSync(named)) return named
    throw new Error(`There is no ${named}, which CHROMIUM names.`)
  }
  return installed() ?? install()
}

function install() {
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (isDebianRoot) {
    console.log('Installing Chromium and a font with apt-get …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const apt = (...args) => spawnSync('apt-get', ['-q', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
    if (apt('update') && apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core')) {
      const found = installed()
      if (found) return found
    }
  }
  console.log("Installing Chromium with Playwright into Playwright's cache …")
  try {
    execFileSync(process.execPath, [playwright, 'install', 'chromium', ...(isDebianRoot ? ['--with-deps'] : [])], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  } catch {
    throw new Error(
      'There is no Chromium here and it could not be downloaded. Install Chromium or Chrome, or name one: CHROMIUM=/path/to/chromium',
    )
  }
  return chromium.executablePath()
}
