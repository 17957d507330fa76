import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { checkEngine } from '../../runs/checkEngine'
import { reportText, type EngineReport } from '../../runs/engineReport'
import { deviceChoice, engineChoice } from '../engineChoice'
import { nodeProgram } from '../nodeProgram'
import type { TensorFlowLibrary } from '../runs/tensorflow'

const scheme = 'mtl-engine'
const page = vscode.Uri.from({ scheme, path: 'Engine Check' })

/** Checks the engines in the process kind that would train, tells the verdict, and keeps the report as a page to read. */
export class EngineCheck implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<vscode.Uri>())
  readonly onDidChange = this.changed.event
  private text = 'MTL: Check Engine writes its report here.'

  constructor(
    private readonly library: TensorFlowLibrary,
    private readonly doctor: string,
  ) {
    this.disposables.track(vscode.workspace.registerTextDocumentContentProvider(scheme, this))
  }

  provideTextDocumentContent(): string {
    return this.text
  }

  dispose(): void {
    this.disposables.dispose()
  }

  /** @returns undefined where the user cancelled it */
  async run(): Promise<EngineReport | undefined> {
    const options = { location: vscode.ProgressLocation.Notification, title: 'Checking the engine', cancellable: true }
    const report = await vscode.window.withProgress(options, (progress, token) =>
      this.check(token, message => progress.report({ message })),
    )
    if (!report) return undefined
    this.text = reportText(report)
    this.changed.fire(page)
    void tell(report).then(async answer => {
      if (answer === showReport) await vscode.window.showTextDocument(page, { preview: false })
      if (answer === openSettings) await vscode.commands.executeCommand('workbench.action.openSettings', settings)
    })
    return report
  }

  private async check(token: vscode.CancellationToken, onPhase: (message: string) => void): Promise<EngineReport | undefined> {
    const abort = new AbortController()
    token.onCancellationRequested(() => abort.abort())
    const { doctor, library } = this
    const request = { doctor, node: nodeProgram(), engine: engineChoice(), device: deviceChoice(), ...library.request }
    try {
      return await checkEngine({ ...request, onPhase, signal: abort.signal })
    } catch (error) {
      if (abort.signal.aborted) return undefined
      throw error
    }
  }
}

function tell({ used, fallback, verdict }: EngineReport): Thenable<string | undefined> {
  if (used === null) return vscode.window.showErrorMessage(verdict, showReport, openSettings)
  if (fallback) return vscode.window.showWarningMessage(verdict, showReport, openSettings)
  return vscode.window.showInformationMessage(verdict, showReport)
}

const showReport = 'Show Report'
const openSettings = 'Open Settings'
const settings = '@id:mtl.engine @id:mtl.device'
