import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { RunSummary } from '../../runs/summary'
import { modelSelector } from '../models/modelFiles'
import type { Models } from '../models/models'
import { comparisonName, overallText } from '../runs/comparisonText'
import { isLive, isUnderWay, type RunStore } from '../runs/runStore'
import { ageText, bestText } from '../runs/runText'

/** VS Code may draw the first lenses of a window without their links, and repairs that when the provider says it has new ones. */
const secondLooks = [500, 2000, 5000]

/** The row above the model: `▶ Train | Graph | Data | Compare with single-task | last run: …`, and the controls of a run while it lives. */
export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<void>())
  readonly onDidChangeCodeLenses = this.changed.event
  private shownRuns = ''

  constructor(
    private readonly models: Models,
    private readonly runs: RunStore,
  ) {
    this.disposables.track(models.onDidChange(() => this.changed.fire()))
    this.disposables.track(runs.onDidChange(() => this.runsChanged()))
    this.disposables.track(vscode.languages.registerCodeLensProvider(modelSelector, this))
    for (const delay of secondLooks) {
      const timer = setTimeout(() => this.changed.fire(), delay)
      this.disposables.track({ dispose: () => clearTimeout(timer) })
    }
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const range = this.modelRange(document)
    if (!range) return []
    const runs = this.runs.ofModel(document.uri)
    const lens = (title: string, command: string, tooltip: string, ...args: unknown[]) =>
      new vscode.CodeLens(range, { title, command, tooltip, arguments: args })
    const panels = [
      lens('Graph', 'mtl.showGraph', 'Show the graph of this model beside the text', document.uri),
      lens(
        'Data',
        'mtl.openData',
        'Show the data of this model: columns, labels, relations between tasks, rows as the network sees them',
        document.uri,
      ),
    ]
    const live = runs.find(isLive)
    if (live) return [...controls(live, lens), ...panels, lens(live.status, 'mtl.showCurves', 'Show the curves of this run', live.id)]
    const [last] = runs
    const train = lens('▶ Train', 'mtl.train', 'Train this model in a process of its own', document.uri)
    const compare = this.comparisonLenses(document, lens)
    if (!last) return [train, ...panels, ...compare]
    const resume = last.status === 'interrupted' ? [lens('Resume', 'mtl.resume', 'Go on from the last checkpoint', last.id)] : []
    return [train, ...resume, ...panels, ...compare, lens(lastText(last), 'mtl.showCurves', 'Show the curves of this run', last.id)]
  }

  /** Nothing for a model of one task: it has nothing to compare. */
  private comparisonLenses(document: vscode.TextDocument, lens: LensMaker): vscode.CodeLens[] {
    if ((this.models.of(document.uri)?.graph?.tasks.length ?? 0) < 2) return []
    const comparisons = this.runs.comparisonsOfModel(document.uri)
    const underWay = comparisons.find(isUnderWay)
    if (underWay) {
      return [
        lens('■ Stop Comparison', 'mtl.stopComparison', 'Stop comparing; it can go on later', underWay.id),
        lens('comparing', 'mtl.showComparison', 'Show how the comparison gets on', underWay.id),
      ]
    }
    const tooltip = 'Train each task alone as well, with several seeds, and tell how each task fares (Δm)'
    const compare = lens('Compare with single-task', 'mtl.compare', tooltip, document.uri)
    const [last] = comparisons
    if (last && last.status !== 'completed')
      return [compare, lens('Resume Comparison', 'mtl.resumeComparison', `Go on with the ${comparisonName(last)}`, last.id)]
    const done = comparisons.find(({ result }) => result !== null)
    return done ? [compare, lens(overallText(done), 'mtl.showComparison', `Show the ${comparisonName(done)}`, done.id)] : [compare]
  }

  dispose(): void {
    this.disposables.dispose()
  }

  /** The `model(…)` call; while the file never could be evaluated, the place where it seems to stand. */
  private modelRange(document: vscode.TextDocument): vscode.Range | undefined {
    const model = this.models.of(document.uri)
    const placed = model?.graph && model.place(model.graph.span)
    if (placed) return placed
    const call = /^[ \t]*(export\s+default\s+)?(const\s+\w+\s*=\s*)?model\s*\(/m.exec(document.getText())
    if (!call) return undefined
    const start = call.index + call[0].length - call[0].trimStart().length
    return new vscode.Range(document.positionAt(start), document.positionAt(call.index + call[0].length))
  }

  /** Lenses show no progress: they would be drawn anew all the time, and a click between two drawings is lost. */
  private runsChanged(): void {
    const runs = this.runs.all.map(run => (run.partOf ? '' : `${run.id} ${run.status} ${isLive(run) ? '' : bestText(run)}`))
    const comparisons = this.runs.seriesOf('comparison').map(({ id, status, result }) => `${id} ${status} ${result !== null}`)
    const text = [...runs, ...comparisons].join('\n')
    if (text === this.shownRuns) return
    this.shownRuns = text
    this.changed.fire()
  }
}

type LensMaker = (title: string, command: string, tooltip: string, ...args: unknown[]) => vscode.CodeLens

function controls(run: RunSummary, lens: LensMaker): vscode.CodeLens[] {
  const stop = lens('■ Stop', 'mtl.stop', 'Stop training; the best checkpoint is kept', run.id)
  if (run.status === 'paused') return [lens('▶ Resume', 'mtl.resume', 'Go on with training', run.id), stop]
  return [stop, lens('Pause', 'mtl.pause', 'Hold training; the process waits', run.id)]
}

const lastText = (run: RunSummary): string =>
  `last run: ${[run.status === 'completed' ? '' : run.status, bestText(run), ageText(run.created)].filter(Boolean).join(' · ')}`
