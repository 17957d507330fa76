import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { CurvesAction, CurvesDelta, CurvesPanelState, CurvesSnapshot, RunCurves } from '../../protocol/curvesPanel'
import type { RunSummary } from '../../runs/summary'
import { isLive, type RunStore } from '../runs/runStore'
import { PanelHost } from './panelHost'
import { webviewOptions } from './panelPage'
import { RunHistory } from './runHistory'
import { saveFile } from './saveFile'

export const curvesViewType = 'mtl.curves'

/** At most ten messages a second to the panel, however fast the training is. */
const flushPeriod = 100

/** Curves of the chosen runs, live and afterwards. */
export class CurvesPanel implements vscode.WebviewPanelSerializer<CurvesPanelState>, vscode.Disposable {
  private readonly disposables = new Disposables()
  private host: PanelHost<CurvesSnapshot, CurvesDelta, CurvesAction> | undefined
  private chosen: readonly string[] = []
  private readonly histories = new Map<string, RunHistory>()
  private sentRuns = new Map<string, string>()
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly extension: vscode.Uri,
    private readonly runs: RunStore,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(vscode.window.registerWebviewPanelSerializer(curvesViewType, this))
    this.disposables.track(runs.onDidChange(() => this.runsChanged()))
  }

  show(ids: readonly string[], column: vscode.ViewColumn = vscode.ViewColumn.Beside): void {
    if (!this.host) {
      this.attach(
        vscode.window.createWebviewPanel(
          curvesViewType,
          'Curves',
          { viewColumn: column, preserveFocus: true },
          webviewOptions(this.extension),
        ),
      )
    } else {
      this.host.panel.reveal(undefined, true)
    }
    this.choose(ids)
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (this.host) {
      panel.dispose()
      return
    }
    await this.runs.refresh()
    this.attach(panel)
    const saved = savedRuns(state).filter(id => this.runs.of(id))
    const [newest] = this.runs.all
    this.choose(saved.length > 0 || !newest ? saved : [newest.id])
  }

  dispose(): void {
    this.host?.panel.dispose()
    this.disposables.dispose()
  }

  private attach(panel: vscode.WebviewPanel): void {
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extension, 'media', 'curves-light.svg'),
      dark: vscode.Uri.joinPath(this.extension, 'media', 'curves-dark.svg'),
    }
    this.host = new PanelHost<CurvesSnapshot, CurvesDelta, CurvesAction>(
      panel,
      this.extension,
      'curves',
      { snapshot: () => this.snapshot(), act: action => this.act(action) },
      this.log,
    )
    this.host.onDidClose(() => {
      this.host = undefined
      this.choose([])
    })
  }

  private choose(ids: readonly string[]): void {
    this.chosen = ids.filter(id => this.runs.of(id))
    for (const [id, history] of this.histories) {
      if (this.chosen.includes(id)) continue
      history.dispose()
      this.histories.delete(id)
    }
    for (const id of this.chosen) {
      const run = this.runs.of(id)!
      if (!this.histories.has(id)) this.histories.set(id, new RunHistory(id, run.folder, isLive(run), () => this.flushSoon()))
    }
    if (!this.host) return
    const models = [...new Set(this.chosen.map(id => this.runs.of(id)!.model))]
    this.host.panel.title = models.length > 0 ? `Curves: ${models.join(', ')}` : 'Curves'
    this.host.sendSnapshot()
  }

  private snapshot(): CurvesSnapshot {
    this.sentRuns = new Map(this.runs.all.map(run => [run.id, JSON.stringify(run)]))
    const shown = [...this.histories.values()].map(history => {
      history.takeFresh()
      return { id: history.id, events: history.whole() }
    })
    return { runs: this.runs.all, shown }
  }

  private runsChanged(): void {
    if (!this.host) return
    const vanished = this.chosen.filter(id => !this.runs.of(id))
    if (vanished.length > 0) this.choose(this.chosen)
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
    const fresh = [...this.histories.values()].map(history => ({ id: history.id, events: history.takeFresh() }))
    const vanished = [...this.sentRuns.keys()].some(id => !this.runs.of(id))
    if (vanished || fresh.some(({ events }) => events === 'replaced')) return this.host.sendSnapshot()
    const append = fresh.filter((curves): curves is RunCurves => curves.events !== 'replaced' && curves.events.length > 0)
    const runs = this.runs.all.filter(run => this.sentRuns.get(run.id) !== JSON.stringify(run))
    for (const run of runs) this.sentRuns.set(run.id, JSON.stringify(run))
    if (append.length > 0 || runs.length > 0) {
      this.host.sendDelta({ ...(runs.length > 0 && { runs }), ...(append.length > 0 && { append }) })
    }
  }

  private async act(action: CurvesAction): Promise<void> {
    if (action.kind === 'show') return this.choose(action.runs)
    if (action.kind === 'save') return void (await saveFile(action))
    await vscode.commands.executeCommand(`mtl.${action.kind}`, action.run)
  }
}

/** The run to show where none was named: the newest live one, else the newest of all. */
export const runToShow = (runs: RunStore): RunSummary | undefined => runs.all.find(isLive) ?? runs.all[0]

/** Anything but a list of ids is of an older version or damaged, and dropped. */
function savedRuns(state: unknown): readonly string[] {
  const runs = (state as Partial<CurvesPanelState> | null | undefined)?.runs
  return Array.isArray(runs) ? runs.filter(id => typeof id === 'string') : []
}
