import { resolve } from 'node:path'
import { crossValidation, type CrossValidationResult, type CrossValidationWishes } from '../runs/crossValidation'
import { defaultRunsFolder } from '../runs/folder'
import { textChanged, unfinishedSeries } from '../runs/seriesKind'
import { workspaceOf } from '../runs/workspace'
import type { Arguments } from './arguments'
import { print, printError, printJson, shortNumber, table } from './output'
import { realPath } from './realPath'
import { runSeriesCommand, seriesProgram } from './series'
import { tensorflowFolder } from './tensorflowFolder'
import { UsageError } from './usage'

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
  const before = unfinishedSeries(crossValidation, within, modelFile, asked)
  const launch = { program: seriesProgram, runs: within, modelFile, root, asked, ...tensorflowFolder() }
  return runSeriesCommand(crossValidation, launch, before && !textChanged(before.manifest) ? before.folder : null, json, {
    title: 'Cross-validation',
    type: 'crossValidation',
    goOn: () => 'the same command goes on with it',
    onPhase: message => json || printError(message),
    tell(result) {
      if (json) {
        for (const message of result.notes ?? []) printJson({ type: 'note', message })
        printJson(result.tasks)
      } else for (const line of resultLines(result)) print(line)
    },
  })
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
