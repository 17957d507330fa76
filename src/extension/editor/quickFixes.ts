import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { Diagnostic, Fix } from '../../ir/diagnostic'
import type { Model } from '../models/model'
import { modelSelector } from '../models/modelFiles'
import type { Models } from '../models/models'
import { diagnosticSource, locationOf } from './diagnostics'

/** The remedies that come with diagnostics, as edits of the text. */
export class QuickFixes implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly disposables = new Disposables()

  constructor(private readonly models: Models) {
    this.disposables.track(
      vscode.languages.registerCodeActionsProvider(modelSelector, this, { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    )
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const model = this.models.of(document.uri)
    // Edits belong to the text that was evaluated: offering them for another one could write into the wrong place.
    if (!model?.current) return []
    const asked = context.diagnostics.filter(diagnostic => diagnostic.source === diagnosticSource)
    const actions: vscode.CodeAction[] = []
    for (const diagnostic of model.result?.diagnostics ?? []) {
      const place = model.placeDiagnostic(diagnostic.span)
      const shown = asked.find(d => codeOf(d) === diagnostic.code && d.message === diagnostic.message && place?.isEqual(d.range))
      if (!shown) continue
      for (const fix of diagnostic.fixes ?? []) actions.push(await action(model, diagnostic, fix, shown))
    }
    return actions
  }

  dispose(): void {
    this.disposables.dispose()
  }
}

async function action(model: Model, diagnostic: Diagnostic, fix: Fix, shown: vscode.Diagnostic): Promise<vscode.CodeAction> {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix)
  action.diagnostics = [shown]
  action.isPreferred = diagnostic.fixes?.[0] === fix
  action.edit = new vscode.WorkspaceEdit()
  for (const { span, text } of fix.edits) {
    const { uri, range } = await locationOf(model, span)
    action.edit.replace(uri, range, text)
  }
  return action
}

const codeOf = ({ code }: vscode.Diagnostic): string | undefined => (typeof code === 'object' ? String(code.value) : code?.toString())
