import * as vscode from 'vscode'
import { modelSuffix } from '../models/modelFiles'
import { modelTemplate } from './modelTemplate'

/**
 * File → New File… → MTL Model. It is also how the extension comes to life in a folder that had no model when it was opened: VS Code
 * looks for model files (`workspaceContains`) only then.
 * @param given where to, instead of asking
 */
export async function newModel(given: unknown): Promise<void> {
  const uri = given instanceof vscode.Uri ? given : await ask()
  if (!uri) return
  const model = uri.path.endsWith(modelSuffix) ? uri : uri.with({ path: uri.path.replace(/(\.mtl|\.ts)?$/, modelSuffix) })
  // The dialog asked about the name that was typed, not about the one that it becomes.
  if (model !== uri && !(await mayWrite(model))) return
  await vscode.workspace.fs.writeFile(model, new TextEncoder().encode(modelTemplate))
  await vscode.window.showTextDocument(model)
}

/** Asks where a file is to be replaced. */
export async function mayWrite(model: vscode.Uri): Promise<boolean> {
  const exists = await vscode.workspace.fs.stat(model).then(
    () => true,
    () => false,
  )
  const replace = 'Replace'
  const question = `${vscode.workspace.asRelativePath(model)} already exists. Replace it?`
  return !exists || (await vscode.window.showWarningMessage(question, { modal: true }, replace)) === replace
}

async function ask(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  return vscode.window.showSaveDialog({
    title: 'New MTL Model',
    saveLabel: 'Create Model',
    // VS Code takes an ending of two parts for a missing one, and adds it again.
    filters: { 'MTL model': ['ts'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, `model${modelSuffix}`) }),
  })
}
