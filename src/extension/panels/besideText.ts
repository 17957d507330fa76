import * as vscode from 'vscode'

/** Where a panel opens: with others of ours, else beside what has the focus, which is the text then. The text keeps the focus. */
export function besideText(): { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus: true } {
  const isOurs = ({ input }: vscode.Tab) => input instanceof vscode.TabInputWebview && /(^|-)mtl\./.test(input.viewType)
  const panels = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isOurs))
  return { viewColumn: panels?.viewColumn ?? vscode.ViewColumn.Beside, preserveFocus: true }
}
