import * as vscode from 'vscode'
import { isModelFile } from '../models/modelFiles'

/** The model that a command means where it names none: in the active editor, else in a visible one, else chosen from the workspace. */
export async function activeModel(given: unknown): Promise<vscode.Uri | undefined> {
  if (given instanceof vscode.Uri) return given
  const visible = visibleModel()
  if (visible) return visible
  const files = await vscode.workspace.findFiles('**/*.mtl.ts', '**/{node_modules,.mtl}/**', 200)
  if (files.length === 0) {
    void offerExample()
    return undefined
  }
  if (files.length === 1) return files[0]
  const items = files.map(uri => ({ label: vscode.workspace.asRelativePath(uri), uri })).sort((a, b) => a.label.localeCompare(b.label))
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Which model?' }))?.uri
}

/** The model in the active editor, else in a visible one. */
export function visibleModel(): vscode.Uri | undefined {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors]
  return editors.find(editor => editor && isModelFile(editor.document.uri))?.document.uri
}

async function offerExample(): Promise<void> {
  const open = 'Open Example'
  const answer = await vscode.window.showInformationMessage('There is no model file (NAME.mtl.ts) in this workspace.', open)
  if (answer === open) await vscode.commands.executeCommand('mtl.openExample')
}
