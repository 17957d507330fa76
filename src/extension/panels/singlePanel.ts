import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { isModelFile } from '../models/modelFiles'
import { besideText } from './besideText'
import { PanelHost } from './panelHost'
import { webviewOptions, type PanelName } from './panelPage'

/** What a page has kept: maybe of an older version, or damaged. */
export type Kept<State> = { readonly [Key in keyof State]?: unknown }

/** The one panel of its kind in a window: opened beside the text, and brought back after a reload with what its page has kept. */
export abstract class SinglePanel<Snapshot, Delta, Action, State> implements vscode.WebviewPanelSerializer, vscode.Disposable {
  protected readonly disposables = new Disposables()
  protected host: PanelHost<Snapshot, Delta, Action> | undefined
  private readonly viewType: string

  protected constructor(
    private readonly name: PanelName,
    private readonly extension: vscode.Uri,
    protected readonly log: vscode.LogOutputChannel,
  ) {
    this.viewType = `mtl.${name}`
    this.disposables.track(vscode.window.registerWebviewPanelSerializer(this.viewType, this))
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (this.host) {
      panel.dispose()
      return
    }
    this.attach(panel)
    await this.restore(typeof state === 'object' && state !== null ? state : {})
  }

  dispose(): void {
    this.host?.panel.dispose()
    this.disposables.dispose()
  }

  /** Opens the panel where others of ours are, or else beside the text; or brings it to the front. The text keeps the focus. */
  protected open(title: string): void {
    if (this.host) return this.host.panel.reveal(undefined, true)
    this.attach(vscode.window.createWebviewPanel(this.viewType, title, besideText(), webviewOptions(this.extension)))
  }

  /** Shows what the page had shown before the reload. */
  protected abstract restore(kept: Kept<State>): Promise<void>
  protected abstract snapshot(): Snapshot
  protected abstract act(action: Action): void | Promise<void>
  /** The user has closed it. */
  protected closed(): void {}

  private attach(panel: vscode.WebviewPanel): void {
    const icon = (theme: string) => vscode.Uri.joinPath(this.extension, 'media', `${this.name}-${theme}.svg`)
    panel.iconPath = { light: icon('light'), dark: icon('dark') }
    const source = { snapshot: () => this.snapshot(), act: (action: Action) => this.act(action) }
    this.host = new PanelHost<Snapshot, Delta, Action>(panel, this.extension, this.name, source, this.log)
    this.host.onDidClose(() => {
      this.host = undefined
      this.closed()
    })
  }
}

/** @returns the address of a model file that a page has kept; undefined for anything else */
export function savedModel(address: unknown): vscode.Uri | undefined {
  if (typeof address !== 'string' || address === '') return undefined
  try {
    const uri = vscode.Uri.parse(address, true)
    return isModelFile(uri) ? uri : undefined
  } catch {
    return undefined
  }
}
