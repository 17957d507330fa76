import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { DataAction, DataDelta, DataPanelState, DataSnapshot } from '../../protocol/dataPanel'
import { dataPlace } from '../models/dataPlace'
import type { DataReports } from '../models/dataReports'
import type { Model } from '../models/model'
import { isModelFile, modelName } from '../models/modelFiles'
import type { Models } from '../models/models'
import { PanelHost } from './panelHost'
import { webviewOptions } from './panelPage'

export const dataViewType = 'mtl.data'

/** The data of one model beside its text; the next model whose data are opened takes its place. */
export class DataPanel implements vscode.WebviewPanelSerializer<DataPanelState>, vscode.Disposable {
  private readonly disposables = new Disposables()
  private host: PanelHost<DataSnapshot, DataDelta, DataAction> | undefined
  private uri: vscode.Uri | undefined

  constructor(
    private readonly extension: vscode.Uri,
    private readonly models: Models,
    private readonly reports: DataReports,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(vscode.window.registerWebviewPanelSerializer(dataViewType, this))
    this.disposables.track(reports.onDidChange(model => this.shows(model) && this.host?.sendSnapshot()))
  }

  shows(model: Model): boolean {
    return this.host !== undefined && model.uri.toString() === this.uri?.toString()
  }

  show(uri: vscode.Uri): void {
    if (!this.host) {
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }
      this.attach(vscode.window.createWebviewPanel(dataViewType, titleOf(uri), column, webviewOptions(this.extension)))
    } else {
      this.host.panel.reveal(undefined, true)
    }
    void this.turnTo(uri)
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (this.host) {
      panel.dispose()
      return
    }
    this.attach(panel)
    const uri = savedUri(state) ?? this.models.all[0]?.uri
    if (uri) await this.turnTo(uri)
  }

  dispose(): void {
    this.host?.panel.dispose()
    this.disposables.dispose()
  }

  private attach(panel: vscode.WebviewPanel): void {
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extension, 'media', 'data-light.svg'),
      dark: vscode.Uri.joinPath(this.extension, 'media', 'data-dark.svg'),
    }
    const source = { snapshot: () => this.snapshot(), act: (action: DataAction) => this.act(action) }
    const host = new PanelHost<DataSnapshot, DataDelta, DataAction>(panel, this.extension, 'data', source, this.log)
    host.onDidClose(() => (this.host = undefined))
    this.host = host
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

  private snapshot(): DataSnapshot {
    const { model, uri } = this
    const about = { uri: uri?.toString() ?? '', title: uri ? modelName(uri) : '' }
    return model ? { ...about, ...this.reports.of(model) } : { ...about, status: 'waiting', message: null, report: null }
  }

  private async act(action: DataAction): Promise<void> {
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

async function reveal(model: Model, about: Parameters<typeof dataPlace>[1]): Promise<void> {
  const place = dataPlace(model, about)
  if (!place) return
  const { document } = model
  const selection = new vscode.Selection(document.positionAt(place.start), document.positionAt(place.end))
  const open = vscode.window.visibleTextEditors.find(editor => editor.document === document)
  const editor = await vscode.window.showTextDocument(document, { viewColumn: open?.viewColumn ?? vscode.ViewColumn.One, selection })
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}

const titleOf = (uri: vscode.Uri): string => `Data: ${modelName(uri)}`

/** What a panel kept may be of an older version or damaged: anything but a model's address is dropped. */
function savedUri(state: unknown): vscode.Uri | undefined {
  const text = (state as Partial<DataPanelState> | null | undefined)?.uri
  if (typeof text !== 'string' || text === '') return undefined
  try {
    const uri = vscode.Uri.parse(text, true)
    return isModelFile(uri) ? uri : undefined
  } catch {
    return undefined
  }
}
