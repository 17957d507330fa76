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
  await vscode.workspace.fs.writeFile(model, new TextEncoder().encode(modelTemplate))
  await vscode.window.showTextDocument(model)
}

async function ask(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  return vscode.window.showSaveDialog({
    title: 'New MTL Model',
    saveLabel: 'Create Model',
    filters: { 'MTL model': ['mtl.ts'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, `model${modelSuffix}`) }),
  })
}
