import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { GraphEdit } from '../../ir/graphEdit'
import { modelSelector } from '../models/modelFiles'
import type { Models } from '../models/models'
import { GraphEdits } from '../panels/graphEdits'
import type { ConflictLines } from './conflictLines'
import { conflictMends, type Mend } from './conflictMends'
import type { ConflictRuns } from './conflictRuns'
import { diagnosticSource } from './diagnostics'

const command = 'mtl.mendConflict'

/** Changes of the model text that may end a conflict, offered on its finding, shown before they are made; and all that was seen of it. */
export class ConflictFixes implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly edits: GraphEdits

  constructor(
    private readonly models: Models,
    private readonly runs: ConflictRuns,
    private readonly lines: ConflictLines,
  ) {
    this.edits = new GraphEdits(models)
    const providedCodeActionKinds = [vscode.CodeActionKind.QuickFix]
    this.disposables.track(vscode.languages.registerCodeActionsProvider(modelSelector, this, { providedCodeActionKinds }))
    this.disposables.track(vscode.commands.registerCommand(command, (uri: vscode.Uri, mend: Mend) => this.mend(uri, mend)))
  }

  provideCodeActions(document: vscode.TextDocument, _range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    const model = this.models.of(document.uri)
    const seen = model && this.runs.seen(model)
    // Nodes are named by their numbers in the graph of the present text.
    if (!model?.current || !model.graph || model.stale || !seen || seen.stale) return []
    const { graph } = model
    const asked = context.diagnostics.filter(({ source }) => source === diagnosticSource)
    return this.lines.findings(model).flatMap(finding => {
      const place = model.place(finding.span)
      const shown = asked.find(({ message, range }) => message === finding.message && place?.isEqual(range))
      if (!shown) return []
      const quickFix = (command: vscode.Command) => {
        const action = new vscode.CodeAction(command.title, vscode.CodeActionKind.QuickFix)
        action.diagnostics = [shown]
        action.command = command
        return action
      }
      const mends = conflictMends(graph, seen.summary, finding).map((mend, i) => {
        const action = quickFix({ command, title: mend.title, arguments: [document.uri, mend] })
        action.isPreferred = i === 0
        return action
      })
      return [...mends, quickFix({ command: 'mtl.showConflict', title: 'Show the conflict over steps and layers', arguments: [seen.run] })]
    })
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private async mend(uri: vscode.Uri, mend: Mend): Promise<void> {
    const edit = mend.kind === 'edit' ? mend.edit : await askForWeight(mend)
    const model = edit && (await this.models.current(uri))
    if (edit) await this.edits.make(model!, edit, { preview: true })
  }
}

async function askForWeight({ task, weight, suggested }: Extract<Mend, { kind: 'scale' }>): Promise<GraphEdit | undefined> {
  const value = await vscode.window.showInputBox({
    title: `Scale the loss of ${task}`,
    prompt: `Its weight is ${weight}. With ${suggested} its gradient is about as large as its partner’s.`,
    value: String(suggested),
    validateInput: text =>
      text.trim() !== '' && Number(text) >= 0 && Number.isFinite(Number(text)) ? undefined : 'A number that is 0 or more',
  })
  return value === undefined ? undefined : { kind: 'setTaskOption', task, option: 'weight', value: Number(value) }
}
