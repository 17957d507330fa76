import * as vscode from 'vscode'
import type { CurvesAction, CurvesDelta, CurvesPanelState, CurvesSnapshot, RunCurves } from '../../protocol/curvesPanel'
import type { RunSummary } from '../../runs/summary'
import { isLive, type RunStore } from '../runs/runStore'
import { Coalesced } from './coalesced'
import { RunHistory } from './runHistory'
import { saveFile } from './saveFile'
import { SinglePanel, type Kept } from './singlePanel'

/** At most ten messages a second to a panel, however fast the training is; in milliseconds. */
export const flushPeriod = 100

/** Curves of the chosen runs, live and afterwards. */
export class CurvesPanel extends SinglePanel<CurvesSnapshot, CurvesDelta, CurvesAction, CurvesPanelState> {
  private chosen: readonly string[] = []
  private readonly histories = new Map<string, RunHistory>()
  private sentRuns = new Map<string, string>()
  private readonly flushing = this.disposables.track(new Coalesced(() => this.flush(), flushPeriod))

  constructor(
    extension: vscode.Uri,
    private readonly runs: RunStore,
    log: vscode.LogOutputChannel,
  ) {
    super('curves', extension, log)
    this.disposables.track(runs.onDidChange(() => this.runsChanged()))
  }

  show(ids: readonly string[]): void {
    this.open('Curves')
    this.choose(ids)
  }

  protected async restore(state: Kept<CurvesPanelState>): Promise<void> {
    await this.runs.refresh()
    const saved = Array.isArray(state.runs) ? state.runs.filter((id): id is string => typeof id === 'string' && !!this.runs.of(id)) : []
    const [newest] = this.runs.all
    this.choose(saved.length > 0 || !newest ? saved : [newest.id])
  }

  protected override closed(): void {
    this.choose([])
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
      if (!this.histories.has(id)) this.histories.set(id, new RunHistory(id, run.folder, isLive(run), () => this.flushing.request()))
    }
    if (!this.host) return
    const models = [...new Set(this.chosen.map(id => this.runs.of(id)!.model))]
    this.host.panel.title = models.length > 0 ? `Curves: ${models.join(', ')}` : 'Curves'
    this.host.sendSnapshot()
  }

  protected snapshot(): CurvesSnapshot {
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
    else this.flushing.request()
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

  protected async act(action: CurvesAction): Promise<void> {
    if (action.kind === 'show') return this.choose(action.runs)
    if (action.kind === 'save') return void (await saveFile(action))
    await vscode.commands.executeCommand(`mtl.${action.kind}`, action.run)
  }
}

/** The run to show where none was named: the newest live one, else the newest of all. */
export const runToShow = (runs: RunStore): RunSummary | undefined => runs.all.find(isLive) ?? runs.all[0]
