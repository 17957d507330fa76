import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { RunSummary } from '../../runs/summary'
import { progressText } from './runText'
import { isUnderWay, type RunStore, type Series } from './runStore'
import { wordsFor } from './seriesWords'

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
    const series = this.runs.series.find(isUnderWay)
    const [run, ...others] = this.runs.live.filter(({ partOf }) => !partOf || !series)
    if (!run && series) return this.showSeries(series)
    if (!run) {
      for (const item of [this.progress, this.pause, this.stop]) item.hide()
      return
    }
    this.showProgress(run, others.length)
    const paused = run.status === 'paused'
    this.pause.text = paused ? '$(debug-continue)' : '$(debug-pause)'
    this.pause.tooltip = `${paused ? 'Resume' : 'Pause'} training of ${run.model}`
    this.pause.accessibilityInformation = { label: this.pause.tooltip, role: 'button' }
    runs(this.pause, paused ? 'mtl.resume' : 'mtl.pause', run.id)
    this.stop.text = '$(debug-stop)'
    this.stop.tooltip = `Stop training of ${run.model}`
    this.stop.accessibilityInformation = { label: this.stop.tooltip, role: 'button' }
    runs(this.stop, 'mtl.stop', run.id)
    for (const item of [this.pause, this.stop]) item.show()
  }

  /** A series, whose members are not shown one by one: stopping one of them would stop it. */
  private showSeries(series: Series): void {
    const { noun, doing, command, progress } = wordsFor(series)
    const { id, model, current } = series
    const text = `${model} ${noun} · ${progress(series)}`
    this.progress.text = `$(sync~spin) ${text}`
    this.progress.accessibilityInformation = { label: `${doing}: ${text}`, role: 'button' }
    // A cross-validation has no page before its end.
    const [title, shown, given] =
      series.kind === 'crossValidation'
        ? ['the curves of the present fold', 'mtl.showCurves', current?.run]
        : [`the ${noun}`, `mtl.show${command}`, id]
    this.progress.tooltip = [id, current?.label, `Click for ${title}`].filter(Boolean).join('\n')
    runs(this.progress, shown, ...(given == null ? [] : [given]))
    this.stop.text = '$(debug-stop)'
    this.stop.tooltip = `Stop the ${noun} of ${model}; it can go on later`
    this.stop.accessibilityInformation = { label: this.stop.tooltip, role: 'button' }
    runs(this.stop, `mtl.stop${command}`, id)
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
    runs(this.progress, 'mtl.showCurves', run.id)
    this.progress.show()
  }
}

/** VS Code forgets the arguments of a command that is set anew, and a click that meets that would find none: it is set where it differs. */
function runs(item: vscode.StatusBarItem, command: string, ...given: readonly string[]): void {
  const wanted: vscode.Command = { command, title: '', arguments: [...given] }
  if (JSON.stringify(item.command) !== JSON.stringify(wanted)) item.command = wanted
}
