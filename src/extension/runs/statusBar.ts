import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { ComparisonSummary } from '../../runs/comparison'
import type { CrossValidationSummary } from '../../runs/crossValidation'
import type { RunSummary } from '../../runs/summary'
import { comparisonProgress } from './comparisonText'
import { progressText as foldProgress } from './crossValidate'
import { progressText } from './runText'
import { isUnderWay, type RunStore } from './runStore'

/** Progress and time left of the newest live run, with pause and stop beside it. */
export class RunStatusBar implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly progress = this.item('mtl.progress', 'MTL Training', 102)
  private readonly pause = this.item('mtl.pause', 'MTL Pause or Resume', 101)
  private readonly stop = this.item('mtl.stop', 'MTL Stop', 100)

  constructor(private readonly runs: RunStore) {
    this.disposables.track(runs.onDidChange(() => this.update()))
    this.update()
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private item(id: string, name: string, priority: number): vscode.StatusBarItem {
    const item = this.disposables.track(vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, priority))
    item.name = name
    return item
  }

  private update(): void {
    const comparison = this.runs.comparisons.find(isUnderWay)
    const validation = this.runs.crossValidations.find(isUnderWay)
    const [run, ...others] = this.runs.live.filter(({ partOf }) => !partOf || !(comparison || validation))
    if (!run && comparison) return this.showComparison(comparison)
    if (!run && validation) return this.showCrossValidation(validation)
    if (!run) {
      for (const item of [this.progress, this.pause, this.stop]) item.hide()
      return
    }
    this.showProgress(run, others.length)
    const paused = run.status === 'paused'
    this.pause.text = paused ? '$(debug-continue)' : '$(debug-pause)'
    this.pause.tooltip = `${paused ? 'Resume' : 'Pause'} training of ${run.model}`
    this.pause.accessibilityInformation = { label: this.pause.tooltip, role: 'button' }
    this.pause.command = { command: paused ? 'mtl.resume' : 'mtl.pause', title: '', arguments: [run.id] }
    this.stop.text = '$(debug-stop)'
    this.stop.tooltip = `Stop training of ${run.model}`
    this.stop.accessibilityInformation = { label: this.stop.tooltip, role: 'button' }
    this.stop.command = { command: 'mtl.stop', title: '', arguments: [run.id] }
    for (const item of [this.pause, this.stop]) item.show()
  }

  /** A comparison, whose members are not shown one by one. */
  private showComparison(comparison: ComparisonSummary): void {
    const text = `${comparison.model} comparison · ${comparisonProgress(comparison)}`
    this.progress.text = `$(sync~spin) ${text}`
    this.progress.tooltip = `${comparison.id}\n${comparison.current?.label ?? ''}\nClick for the comparison`
    this.progress.accessibilityInformation = { label: `Comparing: ${text}`, role: 'button' }
    this.progress.command = { command: 'mtl.showComparison', title: 'Show Comparison', arguments: [comparison.id] }
    this.showStop(`Stop the comparison of ${comparison.model}; it can go on later`, 'mtl.stopComparison', comparison.id)
  }

  /** As a comparison: stopping one of its folds would stop it. */
  private showCrossValidation(validation: CrossValidationSummary): void {
    const text = `${validation.model} cross-validation · ${foldProgress(validation)}`
    this.progress.text = `$(sync~spin) ${text}`
    this.progress.tooltip = `${validation.id}\nClick for the curves of the present fold`
    this.progress.accessibilityInformation = { label: `Cross-validating: ${text}`, role: 'button' }
    const fold = validation.current?.run
    this.progress.command = { command: 'mtl.showCurves', title: 'Show Curves', arguments: fold ? [fold] : [] }
    this.showStop(`Stop the cross-validation of ${validation.model}; it can go on later`, 'mtl.stopCrossValidation', validation.id)
  }

  private showStop(tooltip: string, command: string, id: string): void {
    this.stop.text = '$(debug-stop)'
    this.stop.tooltip = tooltip
    this.stop.accessibilityInformation = { label: tooltip, role: 'button' }
    this.stop.command = { command, title: '', arguments: [id] }
    this.pause.hide()
    for (const item of [this.progress, this.stop]) item.show()
  }

  private showProgress(run: RunSummary, others: number): void {
    const icon = run.status === 'paused' ? '$(debug-pause)' : '$(sync~spin)'
    const state = run.status === 'training' ? '' : run.status
    const text = [run.model, state, progressText(run), run.device, others > 0 ? `+${others}` : ''].filter(Boolean).join(' · ')
    this.progress.text = `${icon} ${text}`
    this.progress.tooltip = `${run.id}\nEpoch ${run.epoch} of ${run.epochs}, ${Math.round(run.examplesPerSecond).toLocaleString('en')} examples a second\nOn the ${run.device}${run.deviceProblem === undefined ? '' : `. ${run.deviceProblem}`}\nClick for curves`
    this.progress.accessibilityInformation = { label: `Training: ${text}`, role: 'button' }
    this.progress.command = { command: 'mtl.showCurves', title: 'Show Curves', arguments: [run.id] }
    this.progress.show()
  }
}
