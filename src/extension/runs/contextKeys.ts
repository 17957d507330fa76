import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { isModelFile } from '../models/modelFiles'
import type { Models } from '../models/models'
import { isResumable } from './runCommands'
import { canGoOn, isUnderWay, type RunStore } from './runStore'
import { wordsOf } from './seriesWords'

/** Tells VS Code which commands make sense now: keys used by `when` clauses in package.json. */
export class ContextKeys implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly set = new Map<string, boolean>()

  constructor(
    private readonly runs: RunStore,
    private readonly models: Models,
  ) {
    this.disposables.track(models.onDidChange(() => this.update()))
    this.disposables.track(runs.onDidChange(() => this.update()))
    this.disposables.track(vscode.window.onDidChangeVisibleTextEditors(() => this.update()))
    this.update()
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private update(): void {
    const { all, live } = this.runs
    this.put('mtl.hasRuns', all.length > 0)
    this.put('mtl.hasLiveRun', live.length > 0)
    this.put(
      'mtl.hasActiveRun',
      live.some(run => run.status !== 'paused'),
    )
    this.put('mtl.hasResumableRun', all.some(isResumable))
    for (const kind of ['comparison', 'crossValidation', 'affinity'] as const) {
      const [all, { command }] = [this.runs.seriesOf(kind), wordsOf(kind)]
      this.put(`mtl.has${command}`, all.length > 0)
      this.put(`mtl.hasActive${command}`, all.some(isUnderWay))
      this.put(`mtl.hasResumable${command}`, all.some(canGoOn))
    }
    const visible = vscode.window.visibleTextEditors.map(editor => editor.document.uri).filter(isModelFile)
    this.put('mtl.modelVisible', visible.length > 0)
    // A model of one task has nothing to compare.
    this.put(
      'mtl.comparable',
      visible.some(uri => (this.models.of(uri)?.graph?.tasks.length ?? 0) > 1),
    )
  }

  private put(key: string, value: boolean): void {
    if (this.set.get(key) === value) return
    this.set.set(key, value)
    void vscode.commands.executeCommand('setContext', key, value)
  }
}
