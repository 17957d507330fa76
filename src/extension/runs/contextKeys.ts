import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { isModelFile } from '../models/modelFiles'
import { isResumable } from './runCommands'
import type { RunStore } from './runStore'

/** Tells VS Code which commands make sense now: keys used by `when` clauses in package.json. */
export class ContextKeys implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly set = new Map<string, boolean>()

  constructor(private readonly runs: RunStore) {
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
    this.put(
      'mtl.modelVisible',
      vscode.window.visibleTextEditors.some(editor => isModelFile(editor.document.uri)),
    )
  }

  private put(key: string, value: boolean): void {
    if (this.set.get(key) === value) return
    this.set.set(key, value)
    void vscode.commands.executeCommand('setContext', key, value)
  }
}
