import * as vscode from 'vscode'
import type { TextEdit } from '../../ir/diagnostic'
import type { GraphEdit } from '../../ir/graphEdit'
import { Superseded } from '../../language/host'
import { locationOf } from '../editor/diagnostics'
import type { Model } from '../models/model'
import type { Models } from '../models/models'

/** Writes an edit of the graph into the text, as one step of undo; says why where it can't be. */
export async function applyGraphEdit(models: Models, model: Model, edit: GraphEdit): Promise<void> {
  // Nodes are named by their numbers in the graph that was shown: it must be the graph of the present text.
  if (model.stale) return refuse(`the file has an error: ${model.problem ?? 'the graph is not of the present text'}`)
  if (!model.current) return refuse('the text has just changed: try again')
  const before = versions()
  try {
    const proposal = await models.proposeEdit(model, edit)
    switch (proposal.kind) {
      case 'refused': {
        const { reason, span } = proposal
        const show = span ? ['Show'] : []
        const answer = await vscode.window.showWarningMessage(`Not changed: ${reason}.`, ...show)
        if (answer && span) {
          const { uri, range } = await locationOf(model, span)
          await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One, selection: range })
        }
        return
      }
      case 'offer': {
        const { reason, title, changes, edits } = proposal
        const list = changes.length > 8 ? `${changes.slice(0, 8).join(', ')} and ${changes.length - 8} more` : changes.join(', ')
        const detail = `This changes ${list}.`
        const answer = await vscode.window.showInformationMessage(`${capitalised(reason)}.`, { modal: true, detail }, title)
        if (answer === title) await apply(model, edits, before)
        return
      }
      case 'edits':
        await apply(model, proposal.edits, before)
        if (proposal.note) vscode.window.setStatusBarMessage(capitalised(proposal.note), 5000)
    }
  } catch (error) {
    if (!(error instanceof Superseded)) throw error
  }
}

type Versions = ReadonlyMap<string, number>

const versions = (): Versions => new Map(vscode.workspace.textDocuments.map(document => [document.uri.toString(), document.version]))

/** Edits of one place keep their order in a WorkspaceEdit. */
async function apply(model: Model, edits: readonly TextEdit[], before: Versions): Promise<void> {
  const change = new vscode.WorkspaceEdit()
  for (const { span, text } of edits) {
    const uri = span.file === model.file ? model.uri : vscode.Uri.joinPath(model.root, span.file)
    const document = await vscode.workspace.openTextDocument(uri)
    const known = before.get(uri.toString())
    if (known !== undefined && known !== document.version) return refuse('the text has changed meanwhile: try again')
    change.replace(uri, new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)), text)
  }
  if (!(await vscode.workspace.applyEdit(change))) refuse('the editor did not take the edit')
}

const refuse = (reason: string): void => void vscode.window.showWarningMessage(`Not changed: ${reason}.`)

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
