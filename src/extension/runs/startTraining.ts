import * as path from 'node:path'
import * as vscode from 'vscode'
import type { RunFolder } from '../../runs/folder'
import { LaunchError } from '../../runs/launch'
import { locationOf } from '../editor/diagnostics'
import type { Model } from '../models/model'
import { modelName } from '../models/modelFiles'
import type { Models } from '../models/models'
import type { LaunchProblems } from './launchProblems'
import type { RunStore } from './runStore'
import type { TrainerProcesses } from './trainerProcesses'
import { trusted } from './trust'

export interface Starting {
  readonly models: Models
  readonly runs: RunStore
  readonly processes: TrainerProcesses
  readonly problems: LaunchProblems
}

/** Starts training of a model file. @returns the run's id, or undefined where it did not start; the user has been told why */
export function startTraining(uri: vscode.Uri, given: Starting): Promise<string | undefined> {
  return startWith(uri, given, `Starting ${modelName(uri)}`, (model, onPhase) => given.processes.start(model, onPhase))
}

/** Starts a comparison with single-task models. @returns the comparison's id, or undefined as above */
export function startComparison(uri: vscode.Uri, given: Starting): Promise<string | undefined> {
  return startWith(uri, given, `Comparing ${modelName(uri)}`, (model, onPhase) => given.processes.compare(model, onPhase))
}

/** Starts a cross-validation, or goes on with it. @returns its id, or undefined as above */
export function startCrossValidation(uri: vscode.Uri, folds: number, given: Starting): Promise<string | undefined> {
  return startWith(uri, given, `Cross-validating ${modelName(uri)}`, (model, onPhase) =>
    given.processes.crossValidate(model, folds, onPhase),
  )
}

/** Starts a measurement of the tasks' affinity, or goes on with it. @returns its id, or undefined as above */
export function startAffinity(uri: vscode.Uri, given: Starting): Promise<string | undefined> {
  return startWith(uri, given, `Measuring task affinity of ${modelName(uri)}`, (model, onPhase) =>
    given.processes.measureAffinity(model, onPhase),
  )
}

/** Saves a model file, refuses while it has errors, and starts a process that works on it. */
async function startWith(
  uri: vscode.Uri,
  { models, runs, problems }: Starting,
  title: string,
  start: (model: Model, onPhase: (message: string) => void) => Promise<RunFolder>,
): Promise<string | undefined> {
  if (!(await trusted())) return undefined
  const document = await vscode.workspace.openTextDocument(uri)
  if (document.isDirty && !(await document.save()))
    throw new Error(`${modelName(uri)} could not be saved. Training reads the file from the disk.`)
  const model = await models.current(uri)
  if (model.errors.length > 0) {
    await showErrors(model)
    return undefined
  }
  problems.clear()
  try {
    const folder = await withPhases(title, onPhase => start(model, onPhase))
    await runs.include(path.dirname(folder.path))
    return folder.id
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error
    await problems.show(uri, error)
    return undefined
  }
}

/** Shows in the status bar what is being done while a process starts: data may take a while to read. */
export function withPhases<T>(title: string, work: (onPhase: (message: string) => void) => Promise<T>): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Window, title }
  return vscode.window.withProgress(options, progress => work(message => progress.report({ message })))
}

async function showErrors(model: Model): Promise<void> {
  const [first] = model.errors
  const { uri, range } = await locationOf(model, first!.span)
  await vscode.window.showTextDocument(uri, { selection: range })
  const count = model.errors.length === 1 ? 'an error' : `${model.errors.length} errors`
  const problems = 'Show Problems'
  void vscode.window
    .showErrorMessage(`${modelName(model.uri)} has ${count} and can't be trained: ${first!.message}`, problems)
    .then(answer => {
      if (answer === problems) void vscode.commands.executeCommand('workbench.actions.view.problems')
    })
}
