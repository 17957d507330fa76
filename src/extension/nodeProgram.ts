import * as vscode from 'vscode'

/** The Node.js for child processes: the user's, or the one inside VS Code (which is Electron and told so by ELECTRON_RUN_AS_NODE). */
export function nodeProgram(): string {
  return vscode.workspace.getConfiguration('mtl').get<string>('nodePath', '').trim() || process.execPath
}
