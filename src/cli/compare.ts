import { resolve } from 'node:path'
import { comparison, type ComparisonResult, type ComparisonWishes } from '../runs/comparison'
import { defaultRunsFolder } from '../runs/folder'
import { readSeries, unfinishedSeries } from '../runs/seriesKind'
import { workspaceOf } from '../runs/workspace'
import { methodProblem } from '../training/comparison/methods'
import type { Arguments } from './arguments'
import { comparisonLines } from './comparisonTable'
import { findComparison, whatChanged } from './findComparison'
import { runsHere } from './findRun'
import { print, printError, printJson } from './output'
import { realPath } from './realPath'
import { runSeriesCommand, seriesProgram, type SeriesTeller } from './series'
import { tensorflowFolder } from './tensorflowFolder'
import { CommandFailure, UsageError } from './usage'

/** `mtl compare FILE`: starts the comparing process, or goes on with it, and tells what it does. @returns exit code */
export async function compareCommand(given: Arguments): Promise<number> {
  const { positionals, json, runs, resume, methods, seeds, learningRates, epochs, engine, device } = given
  const problem = methods?.map(methodProblem).find(problem => problem !== undefined)
  if (problem !== undefined) throw new UsageError(problem)
  const wishes: ComparisonWishes = {
    ...(methods && { methods }),
    ...(seeds !== undefined && { seeds }),
    ...(learningRates && { learningRates }),
    ...(epochs !== undefined && { epochs }),
    ...(engine !== undefined && { engine }),
    ...(device !== undefined && { device }),
  }
  const file = positionals[0] === undefined ? undefined : realPath(resolve(positionals[0]))
  const launch = { program: seriesProgram, ...(file !== undefined && { modelFile: file, root: workspaceOf(file) }), ...tensorflowFolder() }
  if (resume !== undefined) {
    if (Object.keys(wishes).length > 0)
      throw new UsageError(`a resumed comparison keeps its settings: leave --${Object.keys(wishes)[0]} away`)
    const folder = findComparison(resume, runs === undefined ? runsHere() : resolve(runs))
    const changed = await whatChanged(readSeries(comparison, folder))
    if (changed === 'data')
      throw new CommandFailure(`the data of ${folder.id} has changed since: put the old file back, or start a new comparison`)
    if (changed === 'model') printError(`The model file has changed since ${folder.id} began: it goes on with the text as it was.`)
    return runSeriesCommand(comparison, { ...launch, runs: folder.runs }, folder, json, teller(json))
  }
  const folder = runs === undefined ? defaultRunsFolder(workspaceOf(file!)) : resolve(runs)
  const before = unfinishedSeries(comparison, folder, file!, wishes)
  const changed = before && (await whatChanged(before.manifest))
  if (changed)
    printError(
      `The ${changed === 'model' ? 'model file' : 'data'} has changed since ${before.folder.id} was interrupted: a new comparison begins.`,
    )
  return runSeriesCommand(
    comparison,
    { ...launch, runs: folder, asked: wishes },
    before && !changed ? before.folder : null,
    json,
    teller(json),
  )
}

const teller = (json: boolean): SeriesTeller<ComparisonResult> => ({
  title: 'Comparison',
  type: 'comparison',
  goOn: ({ id }) => `go on with: mtl compare --resume ${id}`,
  tell(result, { path }) {
    if (json) printJson({ type: 'result', folder: path, ...result })
    else for (const line of comparisonLines(result, path)) print(line)
  },
})
