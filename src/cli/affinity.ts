import { resolve } from 'node:path'
import { affinity, type AffinityWishes } from '../runs/affinity'
import { defaultRunsFolder } from '../runs/folder'
import { textChanged, unfinishedSeries } from '../runs/seriesKind'
import { workspaceOf } from '../runs/workspace'
import { affinityLines } from './affinityTables'
import type { Arguments } from './arguments'
import { print, printError, printJson } from './output'
import { realPath } from './realPath'
import { runSeriesCommand, seriesProgram } from './series'
import { tensorflowFolder } from './tensorflowFolder'

const defaultGroups = 3

/**
 * `mtl affinity FILE`: starts the measuring process, or goes on with one of this file that was interrupted, and tells what it does.
 * The last line on stdout is the result. @returns exit code
 */
export async function affinityCommand(given: Arguments): Promise<number> {
  const { positionals, json, runs, groups = defaultGroups, epochs, seed, engine, device } = given
  const modelFile = realPath(resolve(positionals[0]!))
  const root = workspaceOf(modelFile)
  const within = runs === undefined ? defaultRunsFolder(root) : resolve(runs)
  const asked: AffinityWishes = {
    ...(epochs !== undefined && { epochs }),
    ...(seed !== undefined && { seed }),
    ...(engine !== undefined && { engine }),
    ...(device !== undefined && { device }),
  }
  const before = unfinishedSeries(affinity, within, modelFile, asked)
  const launch = { program: seriesProgram, runs: within, modelFile, root, asked, ...tensorflowFolder() }
  return runSeriesCommand(affinity, launch, before && !textChanged(before.manifest) ? before.folder : null, json, {
    title: 'Task affinity',
    type: 'affinity',
    goOn: () => 'the same command goes on with it',
    onPhase: message => json || printError(message),
    tell(result) {
      const shown = { ...result, groupings: result.groupings.filter(({ most }) => most <= groups) }
      if (json) printJson(shown)
      else for (const line of affinityLines(shown)) print(line)
    },
  })
}
