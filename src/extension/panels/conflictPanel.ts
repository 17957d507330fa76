import * as vscode from 'vscode'
import type { ConflictAction, ConflictDelta, ConflictPanelState, ConflictSnapshot } from '../../protocol/conflictPanel'
import { isLive, type RunStore } from '../runs/runStore'
import { Coalesced } from './coalesced'
import { conflictEvents } from './conflictEvents'
import { flushPeriod, runToShow } from './curvesPanel'
import { RunHistory } from './runHistory'
import { saveFile } from './saveFile'
import { SinglePanel, type Kept } from './singlePanel'

/** Which tasks pull against each other in one run, live and afterwards. */
export class ConflictPanel extends SinglePanel<ConflictSnapshot, ConflictDelta, ConflictAction, ConflictPanelState> {
  private history: RunHistory | undefined
  private sentRuns = ''
  private readonly flushing = this.disposables.track(new Coalesced(() => this.flush(), flushPeriod))

  constructor(
    extension: vscode.Uri,
    private readonly runs: RunStore,
    log: vscode.LogOutputChannel,
  ) {
    super('conflict', extension, log)
    this.disposables.track(runs.onDidChange(() => this.runsChanged()))
  }

  show(run: string): void {
    this.open('Conflict')
    this.choose(run)
  }

  protected async restore({ run }: Kept<ConflictPanelState>): Promise<void> {
    await this.runs.refresh()
    this.choose(typeof run === 'string' && this.runs.of(run) ? run : runToShow(this.runs)?.id)
  }

  protected override closed(): void {
    this.choose(undefined)
  }

  private choose(id: string | undefined): void {
    const run = id === undefined ? undefined : this.runs.of(id)
    if (run?.id !== this.history?.id) {
      this.history?.dispose()
      this.history = run && new RunHistory(run.id, run.folder, isLive(run), () => this.flushing.request(), conflictEvents)
    }
    if (!this.host) return
    this.host.panel.title = run ? `Conflict: ${run.model}` : 'Conflict'
    this.host.sendSnapshot()
  }

  protected snapshot(): ConflictSnapshot {
    this.sentRuns = JSON.stringify(this.runs.all)
    this.history?.takeFresh()
    return { runs: this.runs.all, shown: this.history ? { id: this.history.id, events: this.history.whole() } : null }
  }

  private runsChanged(): void {
    if (!this.host) return
    if (this.history && !this.runs.of(this.history.id)) this.choose(undefined)
    else this.flushing.request()
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

  protected async act(action: ConflictAction): Promise<void> {
    if (action.kind === 'show') return this.choose(action.run)
    if (action.kind === 'save') return void (await saveFile(action))
    await vscode.commands.executeCommand(`mtl.${action.kind}`, action.run)
  }
}
