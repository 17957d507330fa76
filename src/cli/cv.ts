import { join, resolve } from 'node:path'
import {
  launchCrossValidation,
  readCrossValidationResult,
  unfinishedCrossValidation,
  type CrossValidationResult,
  type CrossValidationWishes,
} from '../runs/crossValidation'
import { defaultRunsFolder, type RunFolder } from '../runs/folder'
import { LaunchError } from '../runs/launch'
import { liveProcess } from '../runs/live'
import { workspaceOf } from '../runs/workspace'
import type { Arguments } from './arguments'
import { followComparison } from './followComparison'
import { diagnosticEvent, print, printError, printJson, printProblem, shortNumber, shortPath, table } from './output'
import { realPath } from './realPath'
import { tensorflowFolder } from './tensorflowFolder'
import { UsageError } from './usage'

const program = join(__dirname, 'crossValidator.js')
const defaultFolds = 5

/**
 * `mtl cv FILE`: starts the cross-validating process, or goes on with one of this file that was interrupted, and tells what it
 * does. The last line on stdout is the result: with --json one object by task. @returns exit code
 */
export async function crossValidate(given: Arguments): Promise<number> {
  const { positionals, json, runs, folds = defaultFolds, epochs, seed, engine, device } = given
  if (folds < 2) throw new UsageError(`--folds must be 2 or more, not '${folds}'`)
  const modelFile = realPath(resolve(positionals[0]!))
  const root = workspaceOf(modelFile)
  const within = runs === undefined ? defaultRunsFolder(root) : resolve(runs)
  const asked: CrossValidationWishes = {
    folds,
    ...(epochs !== undefined && { epochs }),
    ...(seed !== undefined && { seed }),
    ...(engine !== undefined && { engine }),
    ...(device !== undefined && { device }),
  }
  const before = unfinishedCrossValidation(within, modelFile, asked)
  const abort = new AbortController()
  const stop = () => abort.abort()
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  let folder: RunFolder
  try {
    // One that is under way in its own process is only watched.
    folder =
      before && liveProcess(before)
        ? before
        : await launchCrossValidation({
            program,
            runs: within,
            modelFile,
            root,
            asked,
            ...(before && { resume: before.path }),
            ...tensorflowFolder(),
            signal: abort.signal,
            onPhase: message => json || printError(message),
          })
  } catch (error) {
    if (abort.signal.aborted) return 130
    if (!(error instanceof LaunchError)) throw error
    printProblem(error.problem)
    if (json) {
      for (const diagnostic of error.problem.diagnostics) printJson(diagnosticEvent(diagnostic))
      printJson({ type: 'end', time: Date.now(), status: 'failed', message: error.message })
    }
    return 1
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  return follow(folder, json, before !== null)
}

async function follow(folder: RunFolder, json: boolean, resumed: boolean): Promise<number> {
  if (json) printJson({ type: 'crossValidation', id: folder.id, folder: folder.path, resumed })
  else print(`${resumed ? 'Goes on with' : 'Cross-validation'} ${shortPath(folder.path)}`)
  const { status, message, asked } = await followComparison(folder, json)
  const result = status === 'completed' ? readCrossValidationResult(folder) : null
  if (result) {
    if (json) {
      for (const message of result.notes ?? []) printJson({ type: 'note', message })
      printJson(result.tasks)
    } else for (const line of resultLines(result)) print(line)
    return 0
  }
  if (json) printJson({ type: 'end', time: Date.now(), status, ...(message !== undefined && { message }) })
  if (status === 'stopped' || asked) {
    printError('Stopped; the same command goes on with it')
    return asked ? 130 : 1
  }
  printError(message ?? `The cross-validating process ended unexpectedly; see ${folder.log}`)
  printError('Once the reason is gone, the same command goes on with it')
  return 1
}

function resultLines({ tasks, folds, notes = [] }: CrossValidationResult): string[] {
  const rows = Object.entries(tasks).flatMap(([task, metrics]) =>
    Object.entries(metrics).map(([name, { mean, spread }]) => [
      task,
      name.replaceAll('_', ' '),
      `${shortNumber(mean)} ± ${shortNumber(spread)}`,
    ]),
  )
  return ['', `Test parts of ${folds} folds, mean ± standard deviation`, ...table(rows, 2).map(line => `  ${line}`), ...notes]
}
