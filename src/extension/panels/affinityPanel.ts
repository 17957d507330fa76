import * as vscode from 'vscode'
import type { AffinitySummary } from '../../runs/affinity'
import type { AffinityAction, AffinityPanelState, AffinitySnapshot } from '../../protocol/affinityPanel'
import { isCurrent } from '../editor/taskDeltas'
import type { Models } from '../models/models'
import type { RunStore } from '../runs/runStore'
import { saveFile } from './saveFile'
import { SinglePanel, type Kept } from './singlePanel'

/** Which tasks help each other, as one measurement has it; followed while it is under way. */
export class AffinityPanel extends SinglePanel<AffinitySnapshot, never, AffinityAction, AffinityPanelState> {
  private shown: string | null = null
  private sent = ''

  /** @param write writes a model whose groups of tasks have trunks of their own */
  constructor(
    extension: vscode.Uri,
    private readonly models: Models,
    private readonly runs: RunStore,
    log: vscode.LogOutputChannel,
    private readonly write: (model: vscode.Uri, groups: readonly (readonly string[])[]) => Promise<void>,
  ) {
    super('affinity', extension, log)
    this.disposables.track(runs.onDidChange(() => this.changed()))
    this.disposables.track(models.onDidChange(() => this.changed()))
  }

  show(id: string): void {
    this.open('Task Affinity')
    this.choose(id)
  }

  protected async restore({ id }: Kept<AffinityPanelState>): Promise<void> {
    await this.runs.refresh()
    const known = this.runs.seriesOf('affinity')
    this.choose((known.find(one => one.id === id) ?? known[0])?.id ?? null)
  }

  protected snapshot(): AffinitySnapshot {
    const snapshot = this.present()
    this.sent = JSON.stringify(snapshot)
    return snapshot
  }

  protected async act(action: AffinityAction): Promise<void> {
    if (action.kind === 'save') return void (await saveFile(action))
    if (action.kind === 'showCurves') return void (await vscode.commands.executeCommand('mtl.showCurves', undefined, action.runs))
    if (action.kind === 'show') return this.choose(action.id)
    if (action.kind === 'stop' || action.kind === 'resume')
      return void (await vscode.commands.executeCommand(`mtl.${action.kind}Affinity`, action.id))
    const measurement = this.runs.seriesOf('affinity').find(({ id }) => id === action.id)
    if (!measurement) return
    const model = vscode.Uri.file(measurement.modelFile)
    if (action.kind === 'writeGroups') await this.write(model, action.groups)
    else if (action.kind === 'measure') await vscode.commands.executeCommand('mtl.measureAffinity', model)
    else await vscode.window.showTextDocument(model, { viewColumn: vscode.ViewColumn.One })
  }

  private choose(id: string | null): void {
    this.shown = id
    this.draw()
  }

  private present(): AffinitySnapshot {
    const measurements = this.runs.seriesOf('affinity')
    const shown = this.measurement
    const [model, manifest] = shown ? [this.models.of(vscode.Uri.file(shown.modelFile)), this.runs.measured(shown)] : []
    return { measurements, shown: this.shown, stale: model !== undefined && manifest !== undefined && !isCurrent(model, manifest) }
  }

  private get measurement(): AffinitySummary | undefined {
    return this.runs.seriesOf('affinity').find(({ id }) => id === this.shown)
  }

  private changed(): void {
    if (this.host && JSON.stringify(this.present()) !== this.sent) this.draw()
  }

  private draw(): void {
    if (!this.host) return
    const { measurement } = this
    this.host.panel.title = measurement ? `Task Affinity: ${measurement.model}` : 'Task Affinity'
    this.host.sendSnapshot()
  }
}
