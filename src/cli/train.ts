import { join, resolve } from 'node:path'
import { defaultRunsFolder, type RunFolder } from '../runs/folder'
import { launch, type LaunchRequest } from '../runs/launch'
import { liveProcess } from '../runs/live'
import { workspaceOf } from '../runs/workspace'
import type { Arguments } from './arguments'
import { findRun } from './findRun'
import { followRun, logEnd } from './followRun'
import { launching } from './launching'
import { realPath } from './realPath'
import { JsonReporter, TextReporter, type Reporter } from './reporter'
import { tensorflowFolder } from './tensorflowFolder'
import { CommandFailure, UsageError } from './usage'

const trainer = join(__dirname, 'trainer.js')

/** `mtl train FILE`: starts the training process and tells what it does. @returns exit code */
export async function trainCommand({
  positionals,
  json,
  epochs,
  seed,
  runs,
  resume,
  engine,
  device,
  lookAhead,
}: Arguments): Promise<number> {
  const reporter = json ? new JsonReporter() : new TextReporter()
  const [file] = positionals
  const settings = {
    trainer,
    ...(epochs !== undefined && { epochs }),
    ...(seed !== undefined && { seed }),
    ...(engine !== undefined && { engine }),
    ...(device !== undefined && { device }),
    ...(lookAhead !== undefined && { lookAhead }),
    ...tensorflowFolder(),
  }
  if (resume !== undefined) {
    if (seed !== undefined) throw new UsageError('a resumed run keeps its seed')
    return goOn(findRun(resume, runs && resolve(runs)), reporter, json, {
      ...settings,
      ...(file !== undefined && { modelFile: resolve(file) }),
    })
  }
  if (file === undefined) throw new UsageError('FILE is missing')
  const modelFile = realPath(resolve(file))
  const root = workspaceOf(modelFile)
  return begin({ ...settings, modelFile, root, runs: runs === undefined ? defaultRunsFolder(root) : resolve(runs) }, 0, reporter, json)
}

/** `mtl resume RUN` for a run that is not training. */
export function goOn(folder: RunFolder, reporter: Reporter, json: boolean, settings: Partial<LaunchRequest> = {}): Promise<number> {
  if (liveProcess(folder)) throw new CommandFailure(`${folder.id} is training already`)
  return begin({ trainer, runs: '', ...tensorflowFolder(), ...settings, resume: folder.path }, logEnd(folder), reporter, json)
}

async function begin(request: LaunchRequest, offset: number, reporter: Reporter, json: boolean): Promise<number> {
  const start = (signal: AbortSignal) => launch({ ...request, signal, onPhase: message => reporter.phase(message) })
  const folder = await launching(start, json, { metrics: {} })
  return typeof folder === 'number' ? folder : followRun(folder, offset, reporter)
}
