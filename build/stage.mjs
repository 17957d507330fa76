// Lays the extension out as VS Code expects it: what is built, what is shown, and the native packages beside it.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { dist, external, root } from './build.mjs'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const contents = ['media', 'examples', 'docs', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore']
/** Needed only while onnxruntime-node is installed. */
const installers = ['adm-zip', 'global-agent']
const plugin = 'mtl-typescript-plugin'

/** The folder name under which VS Code finds the extension among the installed ones. */
export const extensionFolder = `${manifest.publisher}.${manifest.name}-${manifest.version}`

/**
 * @param {string} to made anew
 * @param {{ packages: 'link' | 'copy', examples?: boolean }} how native packages are reached
 */
export function stage(to, { packages, examples = true }) {
  rmSync(to, { recursive: true, force: true })
  mkdirSync(join(to, 'node_modules'), { recursive: true })
  for (const name of contents) {
    if (name === 'examples' && !examples) continue
    if (existsSync(join(root, name)))
      cpSync(join(root, name), join(to, name), { recursive: true, filter: path => !path.includes('.mtl/') && !path.endsWith('.mtl') })
  }
  cpSync(dist, join(to, 'dist'), { recursive: true })

  const natives = nativePackages()
  for (const [name, { folder, own }] of natives) {
    const target = join(to, 'node_modules', name)
    mkdirSync(dirname(target), { recursive: true })
    if (packages === 'link') symlinkSync(folder, target, 'junction')
    else {
      cpSync(folder, target, { recursive: true, dereference: true, filter: path => isForThisPlatform(path) })
      writeFileSync(join(target, 'package.json'), JSON.stringify(without(own, installers), null, 2))
    }
  }
  // TypeScript's server looks for the plugins of an extension in the extension's own node_modules.
  const hasPlugin = existsSync(join(dist, 'typescriptPlugin'))
  if (hasPlugin) cpSync(join(dist, 'typescriptPlugin'), join(to, 'node_modules', plugin), { recursive: true })

  const dependencies = Object.fromEntries([...natives].map(([name, { own }]) => [name, own.version]))
  if (hasPlugin) dependencies[plugin] = JSON.parse(readFileSync(join(dist, 'typescriptPlugin/package.json'), 'utf8')).version
  const {
    scripts: _scripts,
    devDependencies: _dev,
    peerDependencies: _peers,
    peerDependenciesMeta: _meta,
    private: _private,
    ...rest
  } = manifest
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...rest, dependencies }, null, 2))
  return to
}

/** The packages that stay outside the bundles, with all they need and that is installed. */
function nativePackages() {
  const found = new Map()
  const add = (name, from) => {
    if (found.has(name) || installers.includes(name)) return
    const file = manifestOf(name, from)
    if (!file) return
    const own = JSON.parse(readFileSync(file, 'utf8'))
    found.set(name, { folder: dirname(file), own })
    for (const other of Object.keys({ ...own.dependencies, ...own.optionalDependencies })) add(other, file)
  }
  for (const name of external) if (name in manifest.dependencies) add(name, join(root, 'package.json'))
  return found
}

function manifestOf(name, from) {
  const paths = createRequire(from).resolve.paths(name) ?? []
  return paths.map(path => join(path, name, 'package.json')).find(file => existsSync(file))
}

function without(own, names) {
  const dependencies = Object.fromEntries(Object.entries(own.dependencies ?? {}).filter(([name]) => !names.includes(name)))
  const { scripts: _scripts, ...rest } = own
  return { ...rest, dependencies }
}

/** onnxruntime-node carries every platform's binaries in bin/napi-v…/PLATFORM/ARCH. */
function isForThisPlatform(path) {
  const [, platform, arch] = /[\\/]bin[\\/]napi-v\d+[\\/]([^\\/]+)(?:[\\/]([^\\/]+))?/.exec(path) ?? []
  return (platform ?? process.platform) === process.platform && (arch ?? process.arch) === process.arch
}
