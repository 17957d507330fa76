import * as vscode from 'vscode'
import { locationOf } from '../editor/diagnostics'
import type { Model } from '../models/model'
import { modelName } from '../models/modelFiles'
import type { Models } from '../models/models'
import type { RunStore } from './runStore'
import type { TrainerProcesses } from './trainerProcesses'

/**
 * Starts training of a model file: saves it, refuses while it has errors, and starts the process.
 * @returns the run's id, or undefined where it did not start; the user has been told why
 */
export async function startTraining(uri: vscode.Uri, models: Models, runs: RunStore, processes: TrainerProcesses): Promise<string | undefined> {
  if (!(await trusted())) return undefined
  const document = await vscode.workspace.openTextDocument(uri)
  if (document.isDirty && !(await document.save())) throw new Error(`${modelName(uri)} could not be saved. Training reads the file from the disk.`)
  const model = await models.current(uri)
  if (model.errors.length > 0) {
    await showErrors(model)
    return undefined
  }
  const progress = { location: vscode.ProgressLocation.Window, title: `Starting training of ${modelName(uri)}` }
  const folder = await vscode.window.withProgress(progress, () => processes.start(model))
  await runs.include(folder.runs)
  return folder.id
}

async function trusted(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true
  const manage = 'Manage Workspace Trust'
  const answer = await vscode.window.showWarningMessage('Training reads data files and starts a process. It needs a trusted workspace.', manage)
  if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage')
  return false
}

async function showErrors(model: Model): Promise<void> {
  const [first] = model.errors
  const { uri, range } = await locationOf(model, first!.span)
  await vscode.window.showTextDocument(uri, { selection: range })
  const count = model.errors.length === 1 ? 'an error' : `${model.errors.length} errors`
  const problems = 'Show Problems'
  void vscode.window.showErrorMessage(`${modelName(model.uri)} has ${count} and can't be trained: ${first!.message}`, problems).then(answer => {
    if (answer === problems) void vscode.commands.executeCommand('workbench.actions.view.problems')
  })
}
