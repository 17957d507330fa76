import * as vscode from 'vscode'
import type { TextEdit } from '../../ir/diagnostic'
import type { GraphEdit } from '../../ir/graphEdit'
import type { Span } from '../../ir/span'
import { Superseded } from '../../language/host'
import type { EditOutcome } from '../../protocol/graphPanel'
import { locationOf } from '../editor/diagnostics'
import type { Model } from '../models/model'
import type { Models } from '../models/models'

export type Refused = NonNullable<EditOutcome['refusal']>

/** Writes edits of the graph into the text, each as one step of undo; says why where it can't be. */
export class GraphEdits {
  private place: { readonly model: Model; readonly span: Span } | undefined

  constructor(private readonly models: Models) {}

  /**
   * @param preview whether the change is shown before it is made
   * @returns why the text was left as it is; null where it was changed, or the user thought better of it
   */
  async apply(model: Model, edit: GraphEdit, { preview = false } = {}): Promise<Refused | null> {
    this.place = undefined
    // Nodes are named by their numbers in the graph that was shown: it must be the graph of the present text.
    if (model.stale) return refused(`the file has an error: ${model.problem ?? 'the graph is not of the present text'}`)
    if (!model.current) return refused('the text has just changed: try again')
    const before = versions()
    try {
      const proposal = await this.models.proposeEdit(model, edit)
      switch (proposal.kind) {
        case 'refused':
          if (proposal.span) this.place = { model, span: proposal.span }
          return refused(proposal.reason, proposal.span !== null)
        case 'offer': {
          const { reason, title, changes, edits } = proposal
          const list = changes.length > 8 ? `${changes.slice(0, 8).join(', ')} and ${changes.length - 8} more` : changes.join(', ')
          const detail = `This changes ${list}.`
          const answer = await vscode.window.showInformationMessage(`${capitalised(reason)}.`, { modal: true, detail }, title)
          return answer === title ? await write(model, edits, before, preview ? title : null) : null
        }
        case 'edits': {
          const refusal = await write(model, proposal.edits, before, preview ? proposal.title : null)
          if (proposal.note && !refusal) vscode.window.setStatusBarMessage(capitalised(proposal.note), 5000)
          return refusal
        }
      }
    } catch (error) {
      if (!(error instanceof Superseded)) throw error
      return refused('the text has just changed: try again')
    }
  }

  /** As `apply`; tells why where it can't be made. */
  async make(model: Model, edit: GraphEdit, options: { readonly preview?: boolean } = {}): Promise<void> {
    const refused = await this.apply(model, edit, options)
    if (!refused) return
    const show = 'Show Place'
    const answer = await vscode.window.showWarningMessage(refused.reason, ...(refused.placed ? [show] : []))
    if (answer === show) await this.showRefusal()
  }

  /** Shows the place in the text that stood in the way of the last edit. */
  async showRefusal(): Promise<void> {
    if (!this.place) return
    const { uri, range } = await locationOf(this.place.model, this.place.span)
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One, selection: range })
  }
}

type Versions = ReadonlyMap<string, number>

const versions = (): Versions => new Map(vscode.workspace.textDocuments.map(document => [document.uri.toString(), document.version]))

/**
 * Edits of one place keep their order in a WorkspaceEdit.
 * @param previewed names the change in VS Code's preview; null where it is made at once
 */
async function write(model: Model, edits: readonly TextEdit[], before: Versions, previewed: string | null): Promise<Refused | null> {
  const change = new vscode.WorkspaceEdit()
  const shown = previewed === null ? undefined : { needsConfirmation: false, label: previewed }
  // VS Code opens its preview for an edit that needs confirmation, and leaves exactly that one unticked: so it is one that does nothing.
  if (shown) change.insert(model.uri, new vscode.Position(0, 0), '', { needsConfirmation: true, label: 'Nothing else changes' })
  for (const { span, text } of edits) {
    const uri = span.file === model.file ? model.uri : vscode.Uri.joinPath(model.root, span.file)
    const document = await vscode.workspace.openTextDocument(uri)
    const known = before.get(uri.toString())
    if (known !== undefined && known !== document.version) return refused('the text has changed meanwhile: try again')
    change.replace(uri, new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)), text, shown)
  }
  const taken = await vscode.workspace.applyEdit(change)
  // A preview may be left without the change.
  return taken || shown ? null : refused('the editor did not take the edit')
}

const refused = (reason: string, placed = false): Refused => ({ reason: `${capitalised(reason)}.`, placed })

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
