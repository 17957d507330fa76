// ThirdPartyNotices.txt: the licence of every package that is bundled or shipped, as their licences ask for.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param {Iterable<{ folder: string, own: { name: string, version: string, license?: string } }>} packages */
export function notices(packages) {
  const parts = [...packages]
    .sort((a, b) => (a.own.name < b.own.name ? -1 : 1))
    .map(({ folder, own }) => [`${own.name} ${own.version}: ${own.license ?? 'see below'}`, ...licences(folder)].join('\n\n'))
  return `MTL Workbench contains the following packages.\n\n${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

function licences(folder) {
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    entry => entry.isFile() && /^(licen[cs]e|notice|copying)/i.test(entry.name),
  )
  return files.map(({ name }) => readFileSync(join(folder, name), 'utf8').trim())
}
