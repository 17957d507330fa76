import * as path from 'node:path'
import * as vscode from 'vscode'
import { reportFile, type CrossValidationSummary } from '../../runs/crossValidation'
import { RunFolder } from '../../runs/folder'
import { stopRun } from '../../runs/launch'
import { modelName } from '../models/modelFiles'
import { isUnderWay, type RunStore } from './runStore'
import { wordsOf } from './seriesWords'
import { startCrossValidation, type Starting } from './startTraining'

const lookMilliseconds = 500

/** Cross-validates a model file: asks for the number of folds, shows how it gets on, and its result. Cancelling stops it; the same command goes on. */
export async function crossValidate(uri: vscode.Uri, given: Starting, folds?: number): Promise<string | undefined> {
  const wanted = folds ?? (await askFolds())
  if (wanted === undefined) return undefined
  const id = await startCrossValidation(uri, wanted, given)
  if (id !== undefined) void followCrossValidation(id, modelName(uri), given.runs)
  return id
}

async function askFolds(): Promise<number | undefined> {
  const answer = await vscode.window.showInputBox({
    title: 'Cross-Validate',
    prompt: 'Number of folds: so many runs are trained, each tested on another part of the rows.',
    value: '5',
    validateInput: text => (/^\d+$/.test(text) && Number(text) >= 2 && Number(text) <= 100 ? undefined : 'A whole number from 2 to 100'),
  })
  return answer === undefined ? undefined : Number(answer)
}

/** Shows how a cross-validation gets on, and its result. */
export async function followCrossValidation(id: string, model: string, runs: RunStore): Promise<void> {
  const last = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Cross-validating ${model}`, cancellable: true },
    async (progress, token) => {
      for (let told = 0; ;) {
        await runs.look()
        const summary = runs.seriesOf('crossValidation').find(one => one.id === id)
        if (!summary || !isUnderWay(summary)) return summary
        const { done, total, secondsLeft, current } = summary
        if (total > 0) progress.report({ message: wordsOf('crossValidation').progress(summary), increment: (100 * (done - told)) / total })
        told = done
        if (token.isCancellationRequested) await stopRun(new RunFolder(summary.folder))
        else await new Promise(resolve => setTimeout(resolve, current === null && secondsLeft === null ? 100 : lookMilliseconds))
      }
    },
  )
  if (!last) return
  if (last.status === 'completed') return showCrossValidation(last)
  if (last.status === 'failed') void vscode.window.showErrorMessage(`The cross-validation of ${model} failed. ${last.message ?? ''}`)
}

/** The table of all folds, as a page. */
export async function showCrossValidation({ folder, status, message }: CrossValidationSummary): Promise<void> {
  if (status !== 'completed') {
    void vscode.window.showInformationMessage(`This cross-validation has no result yet (${status}). ${message ?? ''}`)
    return
  }
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(path.join(folder, reportFile)))
}
