import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { GraphEdit } from '../../ir/graphEdit'
import type { DataReports } from '../models/dataReports'
import { modelSelector } from '../models/modelFiles'
import type { Models } from '../models/models'
import { GraphEdits } from '../panels/graphEdits'
import { dataMend } from './dataMends'
import { dataDiagnostic } from './dataWarnings'
import { diagnosticSource } from './diagnostics'

const command = 'mtl.mendData'

/** Changes of the model text that end a warning of its data, offered on the warning. */
export class DataFixes implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly edits: GraphEdits

  constructor(
    private readonly models: Models,
    private readonly reports: DataReports,
  ) {
    this.edits = new GraphEdits(models)
    const providedCodeActionKinds = [vscode.CodeActionKind.QuickFix]
    this.disposables.track(vscode.languages.registerCodeActionsProvider(modelSelector, this, { providedCodeActionKinds }))
    this.disposables.track(
      vscode.commands.registerCommand(command, async (uri: vscode.Uri, edit: GraphEdit) =>
        this.edits.make(await this.models.current(uri), edit),
      ),
    )
  }

  provideCodeActions(document: vscode.TextDocument, _range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    const model = this.models.of(document.uri)
    // Nodes are named by their numbers in the graph of the present text.
    if (!model?.current || !model.graph || model.stale) return []
    const { graph } = model
    const { report } = this.reports.of(model)
    const asked = context.diagnostics.filter(({ source }) => source === diagnosticSource)
    return (report?.warnings ?? []).flatMap(warning => {
      const { range, message } = dataDiagnostic(model, warning)
      const shown = asked.find(other => other.message === message && other.range.isEqual(range))
      const mend = shown && dataMend(graph, report!, warning)
      if (!mend) return []
      const action = new vscode.CodeAction(mend.title, vscode.CodeActionKind.QuickFix)
      action.diagnostics = [shown]
      action.command = { command, title: mend.title, arguments: [document.uri, mend.edit] }
      return [action]
    })
  }

  dispose(): void {
    this.disposables.dispose()
  }
}
