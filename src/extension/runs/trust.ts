import * as vscode from 'vscode'

/**
 * Whether the workspace is trusted; where not, the user is told what needs it. A folder of a stranger may hold runs as well, and
 * those name data files, processes and sockets.
 */
export async function trusted(what = 'Training reads data files and starts a process.'): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true
  const manage = 'Manage Workspace Trust'
  const answer = await vscode.window.showWarningMessage(`${what} It needs a trusted workspace.`, manage)
  if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage')
  return false
}
