import * as vscode from 'vscode'
import type { DataAction, DataDelta, DataPanelState, DataSnapshot } from '../../protocol/dataPanel'
import { dataPlaceIn } from '../models/dataPlaceIn'
import type { DataReports } from '../models/dataReports'
import type { Model } from '../models/model'
import { modelName } from '../models/modelFiles'
import type { Models } from '../models/models'
import { savedModel, SinglePanel, type Kept } from './singlePanel'

/** The data of one model beside its text; the next model whose data are opened takes its place. */
export class DataPanel extends SinglePanel<DataSnapshot, DataDelta, DataAction, DataPanelState> {
  private uri: vscode.Uri | undefined

  constructor(
    extension: vscode.Uri,
    private readonly models: Models,
    private readonly reports: DataReports,
    log: vscode.LogOutputChannel,
  ) {
    super('data', extension, log)
    this.disposables.track(reports.onDidChange(model => this.shows(model) && this.host?.sendSnapshot()))
  }

  shows(model: Model): boolean {
    return this.host !== undefined && model.uri.toString() === this.uri?.toString()
  }

  show(uri: vscode.Uri): void {
    this.open(titleOf(uri))
    void this.turnTo(uri)
  }

  protected async restore(state: Kept<DataPanelState>): Promise<void> {
    const uri = savedModel(state.uri) ?? this.models.all[0]?.uri
    if (uri) await this.turnTo(uri)
  }

  private get model(): Model | undefined {
    return this.uri && this.models.of(this.uri)
  }

  private async turnTo(uri: vscode.Uri): Promise<void> {
    this.uri = uri
    if (this.host) this.host.panel.title = titleOf(uri)
    this.host?.sendSnapshot()
    try {
      await this.reports.request(await this.models.current(uri))
    } catch (error) {
      this.log.warn(`data of ${uri.fsPath}: ${error instanceof Error ? error.message : String(error)}`)
    }
    this.host?.sendSnapshot()
  }

  protected snapshot(): DataSnapshot {
    const { model, uri } = this
    const about = { uri: uri?.toString() ?? '', title: uri ? modelName(uri) : '' }
    return model ? { ...about, ...this.reports.of(model) } : { ...about, status: 'waiting', message: null, report: null }
  }

  protected async act(action: DataAction): Promise<void> {
    const { model, uri } = this
    switch (action.kind) {
      case 'reveal':
        if (model) await reveal(model, action)
        break
      case 'refresh':
        if (uri) await this.reports.request(await this.models.current(uri), true)
        break
      case 'stop':
        if (model) this.reports.stop(model)
        break
      case 'trust':
        await vscode.commands.executeCommand('workbench.trust.manage')
        break
    }
  }
}

async function reveal(model: Model, about: Parameters<typeof dataPlaceIn>[1]): Promise<void> {
  const place = dataPlaceIn(model, about)
  if (!place) return
  const { document } = model
  const selection = new vscode.Selection(document.positionAt(place.start), document.positionAt(place.end))
  const open = vscode.window.visibleTextEditors.find(editor => editor.document === document)
  const editor = await vscode.window.showTextDocument(document, { viewColumn: open?.viewColumn ?? vscode.ViewColumn.One, selection })
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}

const titleOf = (uri: vscode.Uri): string => `Data: ${modelName(uri)}`
