// Lays the extension out as VS Code expects it: what is built, what is shown, and the native packages beside it.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { dist, external, root } from './build.mjs'
import { notices } from './notices.mjs'

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const contents = ['media', 'examples', 'docs', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', '.vscodeignore']
/** Needed only while onnxruntime-node is installed. */
const installers = ['adm-zip', 'global-agent']
const plugin = 'mtl-typescript-plugin'

/** The folder name under which VS Code finds the extension among the installed ones. */
export const extensionFolder = `${manifest.publisher}.${manifest.name}-${manifest.version}`

export const thisPlatform = `${process.platform}-${process.arch}`

/**
 * @param {string} to made anew
 * @param {{ packages: 'link' | 'copy', target?: string }} how native packages are reached; copied are those of the target alone
 * @throws where a package that the target can't do without is not installed
 */
export function stage(to, { packages, target = thisPlatform }) {
  const natives = closure(external.filter(name => manifestOf(name, join(root, 'package.json'))))
  if (packages === 'copy') keepTarget(natives, target)
  rmSync(to, { recursive: true, force: true })
  mkdirSync(join(to, 'node_modules'), { recursive: true })
  for (const name of contents) {
    const withoutRuns = path => !path.includes('.mtl/') && !path.endsWith('.mtl')
    cpSync(join(root, name), join(to, name), { recursive: true, filter: withoutRuns })
  }
  // VS Code shows a package's own pictures to nobody: only those on the web.
  writeFileSync(join(to, 'README.md'), readFileSync(join(root, 'README.md'), 'utf8').replace(/^!\[.*\]\(docs\/pictures\/.*\)\n\n/gm, ''))
  cpSync(dist, join(to, 'dist'), { recursive: true })
  for (const [name, { folder, own }] of natives) {
    const place = join(to, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    if (packages === 'link') symlinkSync(folder, place, 'junction')
    else {
      cpSync(folder, place, { recursive: true, dereference: true, filter: path => isForTarget(path, target) })
      writeFileSync(join(place, 'package.json'), JSON.stringify(forTarget(own, natives), null, 2))
    }
  }
  // TypeScript's server looks for the plugins of an extension in the extension's own node_modules.
  cpSync(join(dist, 'typescriptPlugin'), join(to, 'node_modules', plugin), { recursive: true })
  const shipped = new Map([...closure(Object.keys(manifest.dependencies)), ...natives])
  writeFileSync(join(to, 'ThirdPartyNotices.txt'), notices(shipped.values()))
  writeFileSync(join(to, 'package.json'), JSON.stringify(stagedManifest(natives), null, 2))
  return to
}

function stagedManifest(natives) {
  const {
    scripts: _scripts,
    devDependencies: _dev,
    peerDependencies: _peers,
    peerDependenciesMeta: _meta,
    overrides: _overrides,
    private: _private,
    ...rest
  } = manifest
  const dependencies = Object.fromEntries([...natives].map(([name, { own }]) => [name, own.version]))
  dependencies[plugin] = JSON.parse(readFileSync(join(dist, 'typescriptPlugin/package.json'), 'utf8')).version
  return { ...rest, dependencies }
}

/**
 * The packages with all they need and that is installed.
 * @returns {Map<string, { folder: string, own: any }>}
 */
function closure(names) {
  const found = new Map()
  const add = (name, from) => {
    if (found.has(name) || installers.includes(name)) return
    const file = manifestOf(name, from)
    if (!file) return
    const own = JSON.parse(readFileSync(file, 'utf8'))
    found.set(name, { folder: dirname(file), own })
    for (const other of Object.keys({ ...own.dependencies, ...own.optionalDependencies })) add(other, file)
  }
  for (const name of names) add(name, join(root, 'package.json'))
  return found
}

function manifestOf(name, from) {
  const paths = createRequire(from).resolve.paths(name) ?? []
  return paths.map(path => join(path, name, 'package.json')).find(file => existsSync(file))
}

/** What packages are made for: where DuckDB, without which no data can be read, has a library. VS Code knows no musl by these names. */
const platforms = Object.keys(closure(['@duckdb/node-bindings']).get('@duckdb/node-bindings')?.own.optionalDependencies ?? {})
  .map(name => name.replace('@duckdb/node-bindings-', ''))
  .filter(name => !name.endsWith('-musl'))
  .sort()

/**
 * Native libraries come as a package for each platform, of which npm installs this machine's.
 * @throws where the target's are not there
 */
function keepTarget(natives, target) {
  if (!platforms.includes(target)) throw new Error(`There is no platform ${target}; there are ${platforms.join(', ')}.`)
  const [platform, arch] = target.split('-')
  for (const [name, { own }] of natives) {
    const fits = (own.os?.includes(platform) ?? true) && (own.cpu?.includes(arch) ?? true) && (own.libc?.includes('glibc') ?? true)
    if (!fits) natives.delete(name)
  }
  const wanted = [...natives.values()].flatMap(({ own }) => Object.entries(own.optionalDependencies ?? {}))
  const missing = wanted.filter(([name]) => name.endsWith(`-${target}`) && !natives.has(name))
  if (missing.length === 0) return
  const packages = missing.map(([name, version]) => `${name}@${version}`).join(' ')
  throw new Error(`Libraries for ${target} are not installed here. First: npm install --no-save --force --ignore-scripts ${packages}`)
}

/** Without what is needed only while it is installed, and without other platforms' packages. */
function forTarget({ scripts: _scripts, devDependencies: _dev, ...own }, natives) {
  const kept = packages => Object.fromEntries(Object.entries(packages ?? {}).filter(([name]) => natives.has(name)))
  return { ...own, dependencies: kept(own.dependencies), optionalDependencies: kept(own.optionalDependencies) }
}

/** onnxruntime-node carries every platform's binaries in bin/napi-v…/PLATFORM/ARCH. */
function isForTarget(path, target) {
  // On macOS the library is there twice, and the binding loads the other one.
  if (/\.\d+\.\d+\.\d+\.dylib$/.test(path)) return false
  const [, platform, arch] = /[\\/]bin[\\/]napi-v\d+[\\/]([^\\/]+)(?:[\\/]([^\\/]+))?/.exec(path) ?? []
  const [wantedPlatform, wantedArch] = target.split('-')
  return (platform ?? wantedPlatform) === wantedPlatform && (arch ?? wantedArch) === wantedArch
}
