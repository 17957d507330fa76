import * as vscode from 'vscode'

/** Deletes a folder: to the trash where there is one. */
export async function moveToTrash(folder: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.delete(folder, { recursive: true, useTrash: true })
  } catch {
    await vscode.workspace.fs.delete(folder, { recursive: true })
  }
}
