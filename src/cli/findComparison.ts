import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { nearest } from '../base/nearest'
import { FileState } from '../data/fingerprint'
import { comparisonFiles, comparisonFolders, readComparison, type ComparisonManifest, type ComparisonWishes } from '../runs/comparison'
import { RunFolder } from '../runs/folder'
import { CommandFailure } from './usage'

/**
 * A comparison of this very file and these very wishes that was interrupted, or is under way: the newest one.
 * @returns what has changed since where it can't be gone on with
 */
export async function unfinished(
  runs: string,
  modelFile: string,
  wishes: ComparisonWishes,
): Promise<{ readonly folder: RunFolder; readonly changed: 'model' | 'data' | null } | null> {
  for (const folder of comparisonFolders(runs)) {
    if (existsSync(join(folder.path, comparisonFiles.result))) continue
    let manifest: ComparisonManifest
    try {
      manifest = readComparison(folder)
    } catch {
      continue
    }
    if (manifest.modelFile !== modelFile || sorted(manifest.asked) !== sorted(wishes)) continue
    return { folder, changed: await whatChanged(manifest) }
  }
  return null
}

/** What is no longer as it was when a comparison began. */
export async function whatChanged({ sources, root, data, modelFile }: ComparisonManifest): Promise<'model' | 'data' | null> {
  if (Object.entries(sources).some(([file, text]) => textOf(join(root, file)) !== text)) return 'model'
  for (const { path, sha256 } of data) {
    const now = await FileState.of(resolve(dirname(modelFile), path), path).catch(() => null)
    if (now?.fingerprint.sha256 !== sha256) return 'data'
  }
  return null
}

/** @param name a comparison's folder, its name or a part of it; 'latest' is the newest @throws CommandFailure */
export function findComparison(name: string, runs: string): RunFolder {
  if (existsSync(join(resolve(name), comparisonFiles.manifest))) return new RunFolder(realpathSync(resolve(name)))
  const folders = comparisonFolders(runs)
  const wanted = basename(name)
  const found = wanted === 'latest' ? folders.slice(0, 1) : folders.filter(({ id }) => id.includes(wanted))
  if (found.length === 1) return found[0]!
  if (found.length > 1)
    throw new CommandFailure([`'${name}' can mean several comparisons:`, ...found.map(({ id }) => `  ${id}`)].join('\n'))
  const guess = nearest(
    wanted,
    folders.map(({ id }) => id),
  )
  throw new CommandFailure(`there is no comparison '${name}' in ${runs}${guess ? `; did you mean ${guess}?` : ''}`)
}

const sorted = (wishes: ComparisonWishes): string => JSON.stringify(Object.entries(wishes).sort(([a], [b]) => (a < b ? -1 : 1)))

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
