import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { RunFolder } from '../../runs/folder'
import type { RunSummary } from '../../runs/summary'
import { bestText } from './runText'
import type { RunChange, RunStore } from './runStore'

const live: readonly (RunSummary['status'] | undefined)[] = ['starting', 'training', 'paused']

/** Says when a run that was being trained has come to an end, and how. */
export class RunNotifications implements vscode.Disposable {
  private readonly disposables = new Disposables()

  constructor(
    runs: RunStore,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(runs.onDidChangeState(change => void this.tell(change)))
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private async tell({ run, before }: RunChange): Promise<void> {
    this.log.info(`${run.id}: ${run.status}${run.message ? `: ${run.message}` : ''}`)
    if (!live.includes(before)) return
    const answer = await this.message(run)
    if (answer === showCurves) await vscode.commands.executeCommand('mtl.showCurves', run.id)
    if (answer === resume) await vscode.commands.executeCommand('mtl.resume', run.id)
    if (answer === showLog) await vscode.window.showTextDocument(vscode.Uri.file(new RunFolder(run.folder).log))
  }

  private message(run: RunSummary): Thenable<string | undefined> {
    const best = bestText(run)
    switch (run.status) {
      case 'completed':
        return vscode.window.showInformationMessage(`${run.model} is trained. ${best}`, showCurves)
      case 'failed':
        return vscode.window.showErrorMessage(`Training of ${run.model} failed. ${run.message ?? ''}`, showCurves, showLog)
      case 'interrupted':
        return vscode.window.showWarningMessage(`Training of ${run.model} was interrupted: its process is gone.`, resume, showLog)
      default:
        return Promise.resolve(undefined)
    }
  }
}

const showCurves = 'Show Curves'
const showLog = 'Show Log'
const resume = 'Resume'
