import * as vscode from 'vscode'
import { checkEngine } from '../../runs/checkEngine'
import { reportText, type EngineReport } from '../../runs/engineReport'
import { deviceChoice, engineChoice } from '../engineChoice'
import { nodeProgram } from '../nodeProgram'
import type { TensorFlowLibrary } from '../runs/tensorflow'

/** Checks the engines in the process kind that would train, and shows the report in an editor tab. */
export async function showEngineReport(library: TensorFlowLibrary, doctor: string): Promise<EngineReport> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Checking the engine', cancellable: true }
  const report = await vscode.window.withProgress(options, (progress, token) => {
    const abort = new AbortController()
    token.onCancellationRequested(() => abort.abort())
    return checkEngine({
      doctor,
      node: nodeProgram(),
      engine: engineChoice(),
      device: deviceChoice(),
      ...library.request,
      onPhase: message => progress.report({ message }),
      signal: abort.signal,
    })
  })
  const document = await vscode.workspace.openTextDocument({ content: `${reportText(report)}\n`, language: 'plaintext' })
  await vscode.window.showTextDocument(document, { preview: true })
  return report
}
