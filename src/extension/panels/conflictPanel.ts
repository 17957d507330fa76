import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { ConflictAction, ConflictDelta, ConflictPanelState, ConflictSnapshot } from '../../protocol/conflictPanel'
import { isLive, type RunStore } from '../runs/runStore'
import { conflictEvents } from './conflictEvents'
import { runToShow } from './curvesPanel'
import { PanelHost } from './panelHost'
import { webviewOptions } from './panelPage'
import { RunHistory } from './runHistory'
import { saveFile } from './saveFile'

export const conflictViewType = 'mtl.conflict'

const flushPeriod = 100

/** Which tasks pull against each other in one run, live and afterwards. */
export class ConflictPanel implements vscode.WebviewPanelSerializer<ConflictPanelState>, vscode.Disposable {
  private readonly disposables = new Disposables()
  private host: PanelHost<ConflictSnapshot, ConflictDelta, ConflictAction> | undefined
  private history: RunHistory | undefined
  private sentRuns = ''
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly extension: vscode.Uri,
    private readonly runs: RunStore,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(vscode.window.registerWebviewPanelSerializer(conflictViewType, this))
    this.disposables.track(runs.onDidChange(() => this.runsChanged()))
  }

  show(run: string): void {
    if (!this.host) {
      const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }
      this.attach(vscode.window.createWebviewPanel(conflictViewType, 'Conflict', place, webviewOptions(this.extension)))
    } else {
      this.host.panel.reveal(undefined, true)
    }
    this.choose(run)
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (this.host) {
      panel.dispose()
      return
    }
    await this.runs.refresh()
    this.attach(panel)
    const saved = (state as Partial<ConflictPanelState> | null | undefined)?.run
    this.choose(typeof saved === 'string' && this.runs.of(saved) ? saved : runToShow(this.runs)?.id)
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.history?.dispose()
    this.host?.panel.dispose()
    this.disposables.dispose()
  }

  private attach(panel: vscode.WebviewPanel): void {
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extension, 'media', 'conflict-light.svg'),
      dark: vscode.Uri.joinPath(this.extension, 'media', 'conflict-dark.svg'),
    }
    this.host = new PanelHost<ConflictSnapshot, ConflictDelta, ConflictAction>(
      panel,
      this.extension,
      'conflict',
      { snapshot: () => this.snapshot(), act: action => this.act(action) },
      this.log,
    )
    this.host.onDidClose(() => {
      this.host = undefined
      this.choose(undefined)
    })
  }

  private choose(id: string | undefined): void {
    const run = id === undefined ? undefined : this.runs.of(id)
    if (run?.id !== this.history?.id) {
      this.history?.dispose()
      this.history = run && new RunHistory(run.id, run.folder, isLive(run), () => this.flushSoon(), conflictEvents)
    }
    if (!this.host) return
    this.host.panel.title = run ? `Conflict: ${run.model}` : 'Conflict'
    this.host.sendSnapshot()
  }

  private snapshot(): ConflictSnapshot {
    this.sentRuns = JSON.stringify(this.runs.all)
    this.history?.takeFresh()
    return { runs: this.runs.all, shown: this.history ? { id: this.history.id, events: this.history.whole() } : null }
  }

  private runsChanged(): void {
    if (!this.host) return
    if (this.history && !this.runs.of(this.history.id)) this.choose(undefined)
    else this.flushSoon()
  }

  private flushSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.flush()
    }, flushPeriod)
  }

  private flush(): void {
    if (!this.host) return
    const events = this.history?.takeFresh() ?? []
    if (events === 'replaced') return this.host.sendSnapshot()
    const runs = JSON.stringify(this.runs.all)
    const changed = runs !== this.sentRuns
    this.sentRuns = runs
    if (changed || events.length > 0)
      this.host.sendDelta({
        ...(changed && { runs: this.runs.all }),
        ...(events.length > 0 && { append: { id: this.history!.id, events } }),
      })
  }

  private async act(action: ConflictAction): Promise<void> {
    if (action.kind === 'show') return this.choose(action.run)
    if (action.kind === 'save') return void (await saveFile(action))
    await vscode.commands.executeCommand(`mtl.${action.kind}`, action.run)
  }
}
