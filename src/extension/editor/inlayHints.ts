import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { modelSelector } from '../models/modelFiles'
import type { Models } from '../models/models'
import { annotate } from './annotations'

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
    const hints: vscode.InlayHint[] = []
    for (const annotation of annotate(model.graph)) {
      const place = model.place(annotation.span)
      const label = [shapes && annotation.shape, parameters && annotation.parameters].filter(Boolean).join(' · ')
      if (!place || label === '' || !range.contains(place.end)) continue
      const hint = new vscode.InlayHint(place.end, label, vscode.InlayHintKind.Type)
      hint.paddingLeft = true
      hint.tooltip = new vscode.MarkdownString(
        model.stale ? `*From the text before it was broken.*\n\n${annotation.details}` : annotation.details,
      )
      hints.push(hint)
    }
    return hints
  }

  dispose(): void {
    this.disposables.dispose()
  }
}
