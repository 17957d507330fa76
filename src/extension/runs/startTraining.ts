import * as path from 'node:path'
import * as vscode from 'vscode'
import { LaunchError } from '../../runs/launch'
import { locationOf } from '../editor/diagnostics'
import type { Model } from '../models/model'
import { modelName } from '../models/modelFiles'
import type { Models } from '../models/models'
import type { LaunchProblems } from './launchProblems'
import type { RunStore } from './runStore'
import type { TrainerProcesses } from './trainerProcesses'
import { trusted } from './trust'

/**
 * Starts training of a model file: saves it, refuses while it has errors, and starts the process.
 * @returns the run's id, or undefined where it did not start; the user has been told why
 */
export async function startTraining(
  uri: vscode.Uri,
  { models, runs, processes, problems }: { models: Models; runs: RunStore; processes: TrainerProcesses; problems: LaunchProblems },
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
    const folder = await withPhases(`Starting ${modelName(uri)}`, onPhase => processes.start(model, onPhase))
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
