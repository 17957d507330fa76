import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { modelSelector } from '../models/modelFiles'
import type { Models } from '../models/models'
import type { Model } from '../models/model'
import type { RunStore } from '../runs/runStore'
import { annotate, details, type Annotation } from './annotations'
import { isCurrent, taskDeltas } from './taskDeltas'

/** A hint whose tooltip is made when it is asked for. */
class LayerHint extends vscode.InlayHint {
  constructor(
    position: vscode.Position,
    label: string,
    readonly model: Model,
    readonly annotation: Annotation,
  ) {
    super(position, label, vscode.InlayHintKind.Type)
    this.paddingLeft = true
  }
}

/** Shapes and numbers of weights at the end of each layer's call, and Δm beside each task's name. */
export class InlayHints implements vscode.InlayHintsProvider, vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<void>())
  readonly onDidChangeInlayHints = this.changed.event

  private shownComparisons = ''

  constructor(
    private readonly models: Models,
    private readonly runs: RunStore,
  ) {
    this.disposables.track(models.onDidChange(() => this.changed.fire()))
    this.disposables.track(runs.onDidChange(() => this.runsChanged()))
    this.disposables.track(
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration('mtl.inlayHints')) this.changed.fire()
      }),
    )
    this.disposables.track(vscode.languages.registerInlayHintsProvider(modelSelector, this))
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    const model = this.models.of(document.uri)
    if (!model?.graph) return []
    const settings = vscode.workspace.getConfiguration('mtl.inlayHints', document.uri)
    const [shapes, parameters] = [settings.get('shapes', true), settings.get('parameters', true)]
    const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)]
    const hints: vscode.InlayHint[] = []
    for (const annotation of annotate(model.graph)) {
      const place = model.placeOffsets(annotation.span)
      const label = [shapes && annotation.shape, parameters && annotation.parameters].filter(Boolean).join(' · ')
      if (!place || label === '' || place.end < from || place.end > to) continue
      hints.push(new LayerHint(document.positionAt(place.end), label, model, annotation))
    }
    if (settings.get('comparison', true)) hints.push(...this.comparisonHints(model, range))
    return hints
  }

  /** How each task fares against its single-task model, beside its name. */
  private comparisonHints(model: Model, range: vscode.Range): vscode.InlayHint[] {
    const comparison = this.runs.comparisonsOfModel(model.uri).find(({ result }) => result !== null)
    const manifest = comparison && this.runs.manifestOf(comparison)
    if (!comparison?.result || !manifest) return []
    const stale = !isCurrent(model, manifest)
    return taskDeltas(comparison, model.graph!.training.weighting.kind, stale).flatMap(({ task, label, tooltip }) => {
      const place = model.place(model.graph!.tasks.find(({ name }) => name === task)?.keySpan ?? null)
      if (!place || !range.contains(place.start)) return []
      // Behind the name and its colon: the end of a long line would be out of sight.
      const rest = model.document.lineAt(place.end.line).text.slice(place.end.character)
      const hint = new vscode.InlayHint(place.end.translate(0, /^['"]?\s*:/.exec(rest)?.[0].length ?? 0), label)
      hint.paddingLeft = true
      hint.tooltip = new vscode.MarkdownString(tooltip)
      return [hint]
    })
  }

  /** Progress changes nothing here. */
  private runsChanged(): void {
    const text = this.runs
      .seriesOf('comparison')
      .map(({ id, result }) => `${id} ${result !== null}`)
      .join('\n')
    if (text === this.shownComparisons) return
    this.shownComparisons = text
    this.changed.fire()
  }

  resolveInlayHint(hint: vscode.InlayHint): vscode.InlayHint {
    if (!(hint instanceof LayerHint) || !hint.model.graph) return hint
    const text = details(hint.annotation, hint.model.graph)
    hint.tooltip = new vscode.MarkdownString(hint.model.stale ? `*From the text before it was broken.*\n\n${text}` : text)
    return hint
  }

  dispose(): void {
    this.disposables.dispose()
  }
}
