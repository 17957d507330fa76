import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { RunFolder } from '../../runs/folder'
import type { RunSummary } from '../../runs/summary'
import { bestText } from './runText'
import { isUnderWay, type RunChange, type RunStore, type Series } from './runStore'
import { wordsFor } from './seriesWords'

const live: readonly (RunSummary['status'] | undefined)[] = ['starting', 'training', 'paused']

/** Says when a run that was being trained has come to an end, and how. */
export class RunNotifications implements vscode.Disposable {
  private readonly disposables = new Disposables()
  /** By run. */
  private readonly told = new Map<string, string>()
  private underWay = new Set<string>()

  constructor(
    runs: RunStore,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(runs.onDidChangeState(change => void this.tell(change)))
    this.disposables.track(runs.onDidChange(() => runs.live.forEach(run => this.tellDevice(run))))
    this.disposables.track(
      runs.onDidChange(() => {
        const ended = runs.series.filter(one => this.underWay.has(one.id) && !isUnderWay(one))
        this.underWay = new Set(runs.series.filter(isUnderWay).map(({ id }) => id))
        for (const one of ended) void this.tellSeries(one)
      }),
    )
  }

  dispose(): void {
    this.disposables.dispose()
  }

  /** Says once, while a run is trained, that the GPU was to be expected and failed. */
  private tellDevice({ id, model, deviceProblem }: RunSummary): void {
    if (deviceProblem === undefined || this.told.get(id) === deviceProblem) return
    this.told.set(id, deviceProblem)
    this.log.warn(`${id}: ${deviceProblem}`)
    void vscode.window.showWarningMessage(`${model}: ${deviceProblem}`, checkEngine).then(answer => {
      if (answer === checkEngine) void vscode.commands.executeCommand('mtl.checkEngine')
    })
  }

  private async tell({ run, before }: RunChange): Promise<void> {
    this.log.info(`${run.id}: ${run.status}${run.message ? `: ${run.message}` : ''}`)
    // A series speaks for its members.
    if (!live.includes(before) || run.partOf) return
    const answer = await this.message(run)
    if (answer === showCurves) await vscode.commands.executeCommand('mtl.showCurves', run.id)
    if (answer === resume) await vscode.commands.executeCommand('mtl.resume', run.id)
    if (answer === showLog) await vscode.window.showTextDocument(vscode.Uri.file(new RunFolder(run.folder).log))
  }

  private async tellSeries(series: Series): Promise<void> {
    const { id, model, status, message } = series
    this.log.info(`${id}: ${status}${message ? `: ${message}` : ''}`)
    // Whoever started a cross-validation here sees how it gets on, and its end.
    if (series.kind === 'crossValidation') return
    const { noun, command, outcome } = wordsFor(series)
    const name = `${noun[0]!.toUpperCase()}${noun.slice(1)}`
    const done =
      series.kind === 'comparison' ? `${model} is compared with single-task models.` : `The task affinity of ${model} is measured.`
    const show = `Show ${command}`
    const answer = await (status === 'completed'
      ? vscode.window.showInformationMessage(`${done} ${outcome(series)}`, show)
      : status === 'failed' || status === 'interrupted'
        ? vscode.window.showErrorMessage(
            `${name} of ${model} ${status === 'failed' ? 'failed' : 'was interrupted'}. ${message ?? ''}`,
            resume,
          )
        : undefined)
    if (answer === show) await vscode.commands.executeCommand(`mtl.show${command}`, id)
    if (answer === resume) await vscode.commands.executeCommand(`mtl.resume${command}`, id)
  }

  private message(run: RunSummary): Thenable<string | undefined> {
    const best = bestText(run)
    switch (run.status) {
      case 'completed':
        return vscode.window.showInformationMessage(`${run.model} is trained. ${best}`, showCurves)
      case 'failed':
        return vscode.window.showErrorMessage(`Training of ${run.model} failed. ${run.message ?? ''}`, showCurves, showLog)
      case 'interrupted':
        return vscode.window.showWarningMessage(`Training of ${run.model} was interrupted: its process is gone.`, resume, showLog)
      default:
        return Promise.resolve(undefined)
    }
  }
}

const showCurves = 'Show Curves'
const showLog = 'Show Log'
const checkEngine = 'Check Engine'
const resume = 'Resume'
