import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { nearest } from '../base/nearest'
import { FileState } from '../data/fingerprint'
import { comparison } from '../runs/comparison'
import { RunFolder } from '../runs/folder'
import type { RecordedModel } from '../runs/manifest'
import { seriesFolders, textChanged } from '../runs/seriesKind'
import { CommandFailure } from './usage'

/** What is no longer as it was when a model was recorded. */
export async function whatChanged(recorded: RecordedModel): Promise<'model' | 'data' | null> {
  if (textChanged(recorded)) return 'model'
  const { data, modelFile } = recorded
  for (const { path, sha256 } of data) {
    const now = await FileState.of(resolve(dirname(modelFile), path), path).catch(() => null)
    if (now?.fingerprint.sha256 !== sha256) return 'data'
  }
  return null
}

/** @param name a comparison's folder, its name or a part of it; 'latest' is the newest @throws CommandFailure */
export function findComparison(name: string, runs: string): RunFolder {
  if (existsSync(join(resolve(name), comparison.manifest))) return new RunFolder(realpathSync(resolve(name)))
  const folders = seriesFolders(comparison, runs)
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
