import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { Diagnostic } from '../../ir/diagnostic'
import type { Span } from '../../ir/span'
import { explanation } from '../commands/explainDiagnostic'
import type { Model } from '../models/model'
import type { Models } from '../models/models'

export const diagnosticSource = 'mtl'

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
}

/** Problems of the open model files, also those that lie in a file they import. */
export class Diagnostics implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly collection = this.disposables.track(vscode.languages.createDiagnosticCollection(diagnosticSource))
  /** What each model says, by file: two models may import one broken file. */
  private readonly byModel = new Map<Model, Map<string, vscode.Diagnostic[]>>()

  constructor(models: Models) {
    this.disposables.track(models.onDidChange(model => void this.update(model)))
    this.disposables.track(models.onDidClose(model => this.set(model, new Map())))
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private async update(model: Model): Promise<void> {
    const { result } = model
    const files = new Map<string, vscode.Diagnostic[]>()
    for (const diagnostic of result?.diagnostics ?? []) {
      const location = await locationOf(model, diagnostic.span)
      const key = location.uri.toString()
      files.set(key, [...(files.get(key) ?? []), await translate(model, diagnostic, location.range)])
    }
    if (model.result === result) this.set(model, files)
  }

  private set(model: Model, files: Map<string, vscode.Diagnostic[]>): void {
    const touched = new Set([...(this.byModel.get(model)?.keys() ?? []), ...files.keys()])
    if (files.size > 0) this.byModel.set(model, files)
    else this.byModel.delete(model)
    for (const file of touched) {
      const distinct = new Map<string, vscode.Diagnostic>()
      for (const said of this.byModel.values()) {
        for (const d of said.get(file) ?? []) distinct.set(`${d.message} ${d.range.start.line} ${d.range.start.character}`, d)
      }
      this.collection.set(vscode.Uri.parse(file), [...distinct.values()])
    }
  }
}

async function translate(model: Model, diagnostic: Diagnostic, range: vscode.Range): Promise<vscode.Diagnostic> {
  const translated = new vscode.Diagnostic(range, diagnostic.message, severities[diagnostic.severity])
  translated.source = diagnosticSource
  translated.code = { value: diagnostic.code, target: explanation(diagnostic.code) }
  const related = diagnostic.related ?? []
  translated.relatedInformation = await Promise.all(
    related.map(async ({ message, span }) => {
      const place = await locationOf(model, span)
      return new vscode.DiagnosticRelatedInformation(new vscode.Location(place.uri, place.range), message)
    }),
  )
  return translated
}

/** Where a span of the model's last evaluation stands now. */
export async function locationOf(model: Model, span: Span): Promise<{ readonly uri: vscode.Uri; readonly range: vscode.Range }> {
  if (span.file === model.file) {
    return { uri: model.uri, range: model.placeDiagnostic(span) ?? rangeIn(model.document, span) }
  }
  const uri = vscode.Uri.joinPath(model.root, span.file)
  try {
    return { uri, range: rangeIn(await vscode.workspace.openTextDocument(uri), span) }
  } catch {
    return { uri, range: new vscode.Range(0, 0, 0, 0) }
  }
}

const rangeIn = (document: vscode.TextDocument, span: Span): vscode.Range =>
  new vscode.Range(document.positionAt(span.start), document.positionAt(span.end))
