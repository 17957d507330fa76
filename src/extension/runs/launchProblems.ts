import * as path from 'node:path'
import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { explanation } from '../commands/explainDiagnostic'
import type { LaunchError, LocatedDiagnostic } from '../../runs/launch'

/** Problems met when a run was started, mostly in its data, shown where the model names the data until that text changes. */
export class LaunchProblems implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly collection = this.disposables.track(vscode.languages.createDiagnosticCollection('mtl run'))

  constructor() {
    this.disposables.track(
      vscode.workspace.onDidChangeTextDocument(event => {
        if (event.contentChanges.length > 0) this.collection.delete(event.document.uri)
      }),
    )
  }

  clear(): void {
    this.collection.clear()
  }

  async show(model: vscode.Uri, error: LaunchError): Promise<void> {
    const { message, diagnostics } = error.problem
    for (const [file, found] of byFile(diagnostics)) this.collection.set(vscode.Uri.file(file), found.map(translate))
    const [first] = diagnostics
    if (first) await vscode.window.showTextDocument(vscode.Uri.file(first.path), { selection: rangeOf(first) })
    void vscode.window.showErrorMessage(`${path.basename(model.fsPath)} can't be trained. ${message}`)
  }

  dispose(): void {
    this.disposables.dispose()
  }
}

function byFile(diagnostics: readonly LocatedDiagnostic[]): Map<string, LocatedDiagnostic[]> {
  const files = new Map<string, LocatedDiagnostic[]>()
  for (const diagnostic of diagnostics) files.set(diagnostic.path, [...(files.get(diagnostic.path) ?? []), diagnostic])
  return files
}

function translate(diagnostic: LocatedDiagnostic): vscode.Diagnostic {
  const translated = new vscode.Diagnostic(rangeOf(diagnostic), diagnostic.message, vscode.DiagnosticSeverity.Error)
  translated.source = 'mtl run'
  translated.code = { value: diagnostic.code, target: explanation(diagnostic.code) }
  return translated
}

const rangeOf = (d: LocatedDiagnostic): vscode.Range => new vscode.Range(d.line - 1, d.column - 1, d.endLine - 1, d.endColumn - 1)
