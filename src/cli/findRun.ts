import { existsSync, realpathSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { nearest } from '../base/nearest'
import { defaultRunsFolder, RunFolder, runFolders } from '../runs/folder'
import { workspaceOf } from '../runs/workspace'
import { shortPath } from './output'
import { CommandFailure } from './usage'

/** Where the runs of the folder that the user stands in lie. */
export const runsHere = (): string => defaultRunsFolder(workspaceOf(join(process.cwd(), 'model')))

/** What a user writes for a run: its name, where that is found from here, else its path. */
export const runName = (folder: RunFolder): string => (folder.runs === runsHere() ? folder.id : shortPath(folder.path))

/**
 * @param name path of a run's folder, or its name among the runs in `runs`, or a part of its name; 'latest' is the newest
 * @throws CommandFailure where there is no such run, or several
 */
export function findRun(name: string, runs = runsHere()): RunFolder {
  const path = resolve(name)
  if (existsSync(join(path, 'run.json'))) return new RunFolder(realpathSync(path))
  const folders = runFolders(runs)
  const wanted = basename(name)
  if (wanted === 'latest' && folders.length > 0) return folders[0]!
  const exact = folders.filter(({ id }) => id === wanted)
  const found = exact.length > 0 ? exact : folders.filter(({ id }) => id.includes(wanted))
  if (found.length === 1) return found[0]!
  if (found.length > 1) throw new CommandFailure([`'${name}' can mean several runs:`, ...found.map(({ id }) => `  ${id}`)].join('\n'))
  const guess = nearest(
    wanted,
    folders.map(({ id }) => id),
  )
  throw new CommandFailure(`there is no run '${name}' in ${runs}${guess ? `; did you mean ${guess}?` : ''}`)
}
