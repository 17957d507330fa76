import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { FromPanel, ToPanel } from '../../protocol/message'
import { panelPage, webviewOptions, type PanelName } from './panelPage'

export interface PanelSource<Snapshot, Action> {
  snapshot(): Snapshot
  act(action: Action): void | Promise<void>
}

/**
 * The extension's end of one panel: a complete snapshot when the panel is ready or lost something, then numbered deltas.
 * A hidden panel's page does not exist; nothing is kept for it, as it begins with a snapshot when it is shown again.
 */
export class PanelHost<Snapshot, Delta, Action> implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly closed = this.disposables.track(new vscode.EventEmitter<void>())
  readonly onDidClose = this.closed.event
  private sequence = 0
  private ready = false

  constructor(
    readonly panel: vscode.WebviewPanel,
    extension: vscode.Uri,
    name: PanelName,
    private readonly source: PanelSource<Snapshot, Action>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(panel.webview.onDidReceiveMessage((message: FromPanel<Action>) => void this.receive(message)))
    this.disposables.track(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.ready = false
      }),
    )
    this.disposables.track(
      panel.onDidDispose(() => {
        this.closed.fire()
        this.dispose()
      }),
    )
    panel.webview.options = webviewOptions(extension)
    panel.webview.html = panelPage(panel.webview, extension, name, panel.title)
  }

  sendSnapshot(): void {
    this.post({ type: 'snapshot', sequence: ++this.sequence, snapshot: this.source.snapshot() })
  }

  sendDelta(delta: Delta): void {
    this.post({ type: 'delta', sequence: ++this.sequence, delta })
  }

  dispose(): void {
    this.ready = false
    this.disposables.dispose()
  }

  private post(message: ToPanel<Snapshot, Delta>): void {
    if (this.ready) void this.panel.webview.postMessage(message)
  }

  private async receive(message: FromPanel<Action>): Promise<void> {
    switch (message.type) {
      case 'ready':
      case 'resync':
        this.ready = true
        this.sendSnapshot()
        break
      case 'action':
        try {
          await this.source.act(message.action)
        } catch (error) {
          const text = error instanceof Error ? error.message : String(error)
          this.log.error(`${this.panel.viewType}: ${text}`)
          void vscode.window.showErrorMessage(text)
        }
        break
      case 'error':
        this.log.error(`${this.panel.viewType}: ${message.message}`)
        break
    }
  }
}
