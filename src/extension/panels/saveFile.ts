import * as path from 'node:path'
import * as vscode from 'vscode'
import { fileTypes, type SaveFile } from '../../protocol/saveFile'

/**
 * Saves what a panel made, where the user says.
 * @param beside a file in whose folder the dialog starts
 * @returns where it was saved, or undefined where the user cancelled
 */
export async function saveFile({ name, content }: SaveFile, beside?: vscode.Uri): Promise<vscode.Uri | undefined> {
  const ending = path.extname(name).slice(1)
  const folder = beside ? vscode.Uri.joinPath(beside, '..') : vscode.workspace.workspaceFolders?.[0]?.uri
  // The name comes from a page: only its last part counts.
  const proposed = path.basename(name)
  const uri = await vscode.window.showSaveDialog({
    title: 'Save',
    filters: { [fileTypes[ending] ?? ending]: [ending] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, proposed) }),
  })
  if (!uri) return undefined
  await vscode.workspace.fs.writeFile(uri, Buffer.from(content.data, content.encoding))
  const open = 'Open'
  void vscode.window.showInformationMessage(`Saved ${path.basename(uri.path)}.`, open).then(chosen => {
    if (chosen === open) void vscode.commands.executeCommand('vscode.open', uri)
  })
  return uri
}
