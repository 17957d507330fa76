import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { modelSelector } from '../models/modelFiles'
import type { Models } from '../models/models'
import type { Model } from '../models/model'
import { annotate, details, type Annotation } from './annotations'

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

/** Shapes and numbers of weights at the end of each layer's call. */
export class InlayHints implements vscode.InlayHintsProvider, vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<void>())
  readonly onDidChangeInlayHints = this.changed.event

  constructor(private readonly models: Models) {
    this.disposables.track(models.onDidChange(() => this.changed.fire()))
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
    return hints
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
