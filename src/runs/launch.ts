import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { Diagnostic } from '../ir/diagnostic'
import type { DeviceChoice } from '../ir/deviceChoice'
import type { EngineChoice } from '../ir/engineChoice'
import type { Variant } from '../ir/variant'
import { sendControl } from './controlClient'
import { createRunFolder, RunError, RunFolder } from './folder'
import { liveProcess } from './live'
import type { PartOf } from './manifest'
import { pidExists } from './process'

/** What the training process is asked to do: its one argument, as JSON. */
export interface TrainerRequest {
  /** Absolute path of the run's folder. It holds no manifest yet where the run is new. */
  readonly folder: string
  /** Absolute path of the model file; only for a resumed run it may be left out, where the model still stands in its place. */
  readonly modelFile?: string
  /** Absolute path of the workspace: imports and data may not leave it. */
  readonly root?: string
  readonly epochs?: number
  readonly seed?: number
  /** A manifest, such as a series', whose model and data a new run takes instead of what the model file says by now. */
  readonly recorded?: string
  /** What a new run changes of its model. */
  readonly variant?: Variant
  /** The series that a new run belongs to. */
  readonly partOf?: PartOf
  /** Goes on with the run in `folder` from its last checkpoint. */
  readonly resume: boolean
  readonly checkpointSeconds?: number
  /** Every how many samples of the task gradients one step of each task alone is tried; never where not given. */
  readonly lookAhead?: number
  /** When not given: the engine that the resumed run had, or for a new one `auto`. */
  readonly engine?: EngineChoice
  /** When not given: the device that the resumed run began on, or for a new one `auto`. */
  readonly device?: DeviceChoice
  /** Folder in which TensorFlow's native library may have been installed. */
  readonly tensorflow?: string
}

/** What the training process says to the one who started it, before it goes its own way. */
export type TrainerMessage =
  | { readonly type: 'phase'; readonly message: string }
  /** The run's folder holds its manifest and its log; from here on the log tells everything. */
  | { readonly type: 'started' }
  | { readonly type: 'problem'; readonly problem: LaunchProblem }

/** Why a run could not start. */
export interface LaunchProblem {
  readonly message: string
  /** Errors of the model file, or the one place in it that a data error belongs to; spans are relative to the workspace. */
  readonly diagnostics: readonly LocatedDiagnostic[]
}

export interface LocatedDiagnostic extends Diagnostic {
  /** Absolute path. */
  readonly path: string
  /** Starting at 1, as editors show them; columns count UTF-16 units. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export class LaunchError extends RunError {
  constructor(readonly problem: LaunchProblem) {
    super(problem.message)
  }
}

export interface LaunchRequest extends Omit<TrainerRequest, 'folder' | 'resume'> {
  /** Path of `dist/trainer.js`. */
  readonly trainer: string
  /** The Node to run it with; the present process's own (Electron as Node, in VS Code) when not given. */
  readonly node?: string
  /** Folder in which the run's folder is made. */
  readonly runs: string
  /** A run's folder to go on with. */
  readonly resume?: string
  /** Called while the data is read and the model is built. */
  readonly onPhase?: (message: string) => void
  /** Gives up a start that is not done yet: the process is ended and a new run's folder removed. */
  readonly signal?: AbortSignal
}

/**
 * Starts the training process, detached: it outlives the present one.
 * @returns the run's folder, once its manifest and log are there
 * @throws LaunchError where the model or its data are at fault
 */
export async function launch(request: LaunchRequest): Promise<RunFolder> {
  const { trainer, node, runs, resume, onPhase, signal, ...rest } = request
  const folder = resume === undefined ? createRunFolder(runs, modelName(request.modelFile ?? 'model')) : new RunFolder(resume)
  const message: TrainerRequest = { ...rest, folder: folder.path, resume: resume !== undefined }
  await startProcess(folder, message, { program: trainer, manifest: folder.manifest, node, onPhase, signal })
  return folder
}

export interface ProcessStart {
  /** Path of the program in `dist`; it speaks `TrainerMessage`. */
  readonly program: string
  readonly node?: string | undefined
  /** The file without which the folder is nothing: where it does not come to be, a folder made for a new start is removed. */
  readonly manifest: string
  readonly onPhase?: ((message: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts a detached process that works in a folder of runs, and waits until it says that it has begun.
 * @param request its one argument, as JSON
 * @throws LaunchError
 */
export async function startProcess(
  folder: RunFolder,
  request: object,
  { program, node, manifest, onPhase, signal: abort }: ProcessStart,
): Promise<void> {
  const log = openSync(folder.log, 'a')
  let child: ChildProcess
  try {
    child = spawn(node ?? process.execPath, [program, JSON.stringify(request)], {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
      env: trainerEnvironment(),
      windowsHide: true,
    })
  } finally {
    closeSync(log)
  }
  const giveUp = () => child.kill('SIGKILL')
  abort?.addEventListener('abort', giveUp)
  try {
    await started(child, folder, onPhase)
  } catch (error) {
    if (!existsSync(manifest)) rmSync(folder.path, { recursive: true, force: true, maxRetries: 5 })
    throw error
  } finally {
    abort?.removeEventListener('abort', giveUp)
  }
}

export const modelName = (modelFile: string): string => basename(modelFile).replace(/\.mtl\.ts$/, '')

/** VS Code's debugger puts itself into every Node process by these variables. */
export function trainerEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: nodeOptions, VSCODE_INSPECTOR_OPTIONS: inspector, ...env } = process.env
  return { ...env, ...(nodeOptions !== undefined && inspector === undefined && { NODE_OPTIONS: nodeOptions }), ELECTRON_RUN_AS_NODE: '1' }
}

function started(child: ChildProcess, folder: RunFolder, onPhase?: (message: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let problem: LaunchProblem | null = null
    const isLaunched = () => {
      child.removeAllListeners()
      child.on('error', () => {})
      if (child.connected) child.disconnect()
      child.unref()
      resolve()
    }
    child.on('message', (message: TrainerMessage) => {
      if (message.type === 'phase') onPhase?.(message.message)
      else if (message.type === 'started') isLaunched()
      else problem = message.problem
    })
    child.on('error', error =>
      reject(new LaunchError({ message: `The training process can't be started: ${error.message}`, diagnostics: [] })),
    )
    child.on('exit', (code, signal) => {
      // A message may still be on its way when the process is gone.
      const ended = () => reject(new LaunchError(problem ?? silentEnd(folder, code, signal)))
      if (child.connected) child.once('disconnect', ended)
      else ended()
    })
  })
}

function silentEnd(folder: RunFolder, code: number | null, signal: string | null): LaunchProblem {
  let log = ''
  try {
    log = readFileSync(folder.log, 'utf8').trim().split('\n').slice(-12).join('\n')
  } catch {
    // The message says what is known.
  }
  const how = signal === null ? `with code ${code}` : `by ${signal}`
  return { message: [`The training process ended ${how} before the run began.`, log].filter(Boolean).join('\n'), diagnostics: [] }
}

/**
 * Ends a run: by message, which saves a checkpoint; then by SIGTERM, which does the same where the channel is broken; then by
 * force. @returns once no process trains the run
 */
export async function stopRun(folder: RunFolder, deadlines = { message: 20_000, terminate: 10_000, kill: 5_000 }): Promise<void> {
  const live = liveProcess(folder)
  if (live === null) return
  const accepted = await sendControl(folder, { command: 'stop' }).catch(() => ({ ok: false }))
  if (accepted.ok && (await gone(folder, live.pid, deadlines.message))) return
  signal(live.pid, 'SIGTERM')
  if (await gone(folder, live.pid, deadlines.terminate)) return
  killRun(folder)
  if (!(await gone(folder, live.pid, deadlines.kill))) throw new RunError(`Process ${live.pid} of ${folder.id} can't be ended`)
}

/** Ends the training process and all that it started, at once. The run can be resumed from its last checkpoint. */
export function killRun(folder: RunFolder): void {
  const live = liveProcess(folder)
  if (live === null) return
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(live.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
  // A detached process leads a group of its own.
  else if (!signal(-live.pid, 'SIGKILL')) signal(live.pid, 'SIGKILL')
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

async function gone(folder: RunFolder, pid: number, milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds
  while (Date.now() < end) {
    if (liveProcess(folder) === null && !pidExists(pid)) return true
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return false
}
