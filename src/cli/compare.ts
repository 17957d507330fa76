import { join, resolve } from 'node:path'
import { launchComparison, readComparison, readResult, type ComparisonLaunch, type ComparisonWishes } from '../runs/comparison'
import { defaultRunsFolder, type RunFolder } from '../runs/folder'
import { LaunchError } from '../runs/launch'
import { liveProcess } from '../runs/live'
import { workspaceOf } from '../runs/workspace'
import { methodProblem } from '../training/comparison/methods'
import type { Arguments } from './arguments'
import { comparisonLines } from './comparisonTable'
import { findComparison, unfinished, whatChanged } from './findComparison'
import { runsHere } from './findRun'
import { followComparison } from './followComparison'
import { diagnosticEvent, print, printError, printJson, printProblem, shortPath } from './output'
import { realPath } from './realPath'
import { tensorflowFolder } from './tensorflowFolder'
import { CommandFailure, UsageError } from './usage'

const comparer = join(__dirname, 'comparer.js')

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
  const place = file === undefined ? {} : { modelFile: file, root: workspaceOf(file) }
  if (resume !== undefined) {
    if (Object.keys(wishes).length > 0)
      throw new UsageError(`a resumed comparison keeps its settings: leave --${Object.keys(wishes)[0]} away`)
    const folder = findComparison(resume, runs === undefined ? runsHere() : resolve(runs))
    const changed = await whatChanged(readComparison(folder))
    if (changed === 'data')
      throw new CommandFailure(`the data of ${folder.id} has changed since: put the old file back, or start a new comparison`)
    if (changed === 'model') printError(`The model file has changed since ${folder.id} began: it goes on with the text as it was.`)
    return goOn(folder, { comparer, runs: '', ...place, ...tensorflowFolder() }, json)
  }
  const folder = runs === undefined ? defaultRunsFolder(workspaceOf(file!)) : resolve(runs)
  const before = await unfinished(folder, file!, wishes)
  const launch: ComparisonLaunch = { comparer, runs: folder, ...place, ...wishes, ...tensorflowFolder() }
  if (before && before.changed === null) return goOn(before.folder, launch, json)
  if (before)
    printError(
      `The ${before.changed === 'model' ? 'model file' : 'data'} has changed since ${before.folder.id} was interrupted: a new comparison begins.`,
    )
  return begin(launch, json)
}

/** One that is under way in its own process is only watched. */
function goOn(folder: RunFolder, launch: ComparisonLaunch, json: boolean): Promise<number> {
  if (liveProcess(folder) || readResult(folder)) return follow(folder, json, true)
  const { comparer, runs, modelFile, root, tensorflow } = launch
  const place = {
    ...(modelFile !== undefined && { modelFile }),
    ...(root !== undefined && { root }),
    ...(tensorflow !== undefined && { tensorflow }),
  }
  return begin({ comparer, runs, ...place, resume: folder.path }, json)
}

async function begin(launch: ComparisonLaunch, json: boolean): Promise<number> {
  const abort = new AbortController()
  const stop = () => abort.abort()
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  let folder: RunFolder
  try {
    folder = await launchComparison({ ...launch, signal: abort.signal })
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
  return follow(folder, json, launch.resume !== undefined)
}

async function follow(folder: RunFolder, json: boolean, resumed: boolean): Promise<number> {
  if (json) printJson({ type: 'comparison', id: folder.id, folder: folder.path, resumed })
  else print(`${resumed ? 'Goes on with' : 'Comparison'} ${shortPath(folder.path)}`)
  const { status, message, asked } = await followComparison(folder, json)
  const result = status === 'completed' ? readResult(folder) : null
  if (result) {
    if (json) printJson({ type: 'result', folder: folder.path, ...result })
    else for (const line of comparisonLines(result, folder.path)) print(line)
    return 0
  }
  if (json) printJson({ type: 'end', time: Date.now(), status, ...(message !== undefined && { message }) })
  if (status === 'stopped' || asked) {
    printError(`Stopped; go on with: mtl compare --resume ${folder.id}`)
    return asked ? 130 : 1
  }
  printError(message ?? `The comparing process ended unexpectedly; see ${folder.log}`)
  printError(`Once the reason is gone, go on with: mtl compare --resume ${folder.id}`)
  return 1
}
