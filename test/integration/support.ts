import assert from 'node:assert/strict'
import * as vscode from 'vscode'

/** Waits for what happens in its own time; says what was seen last if it never does. */
export async function until<T>(what: string, look: () => T | Promise<T>, fits: (seen: T) => boolean = Boolean, seconds = 60): Promise<T> {
  let seen: T | undefined
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await new Promise(resolve => setTimeout(resolve, 100))) {
    seen = await look()
    if (fits(seen)) return seen
  }
  assert.fail(`${what}: not within ${seconds} s; last seen: ${JSON.stringify(seen)}`)
}

export function workspaceFile(path: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? []
  assert.ok(folder, 'a workspace folder is open')
  return vscode.Uri.joinPath(folder.uri, path)
}

export async function show(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(workspaceFile(path))
}

/** A model file of this text, made for one test; undo with the returned function. */
export async function temporaryModel(path: string, text: string): Promise<{ editor: vscode.TextEditor; remove: () => Promise<void> }> {
  const uri = workspaceFile(path)
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text))
  const editor = await vscode.window.showTextDocument(uri)
  const remove = async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
    await vscode.workspace.fs.delete(uri)
  }
  return { editor, remove }
}

/** Replaces the only occurrence of `from` in the editor's text. */
export async function replace(editor: vscode.TextEditor, from: string, to: string): Promise<void> {
  const text = editor.document.getText()
  const start = text.indexOf(from)
  assert.ok(start >= 0 && text.indexOf(from, start + 1) < 0, `'${from}' occurs once`)
  const range = new vscode.Range(editor.document.positionAt(start), editor.document.positionAt(start + from.length))
  assert.ok(await editor.edit(edit => edit.replace(range, to)))
}

/** Brings a file's text back. Reverting would not do: VS Code in the browser saves by itself after a second. */
export async function restore(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor
  const edit = new vscode.WorkspaceEdit()
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text)
  assert.ok(await vscode.workspace.applyEdit(edit))
  await document.save()
  assert.ok(!document.isDirty)
}

export const ownDiagnostics = (uri: vscode.Uri): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter(d => d.source === 'mtl')

export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code)
}

export async function lensTitles(uri: vscode.Uri): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100)
  return lenses.flatMap(lens => (lens.command?.command.startsWith('mtl.') ? [lens.command.title] : []))
}

export async function hintLabels(document: vscode.TextDocument): Promise<{ line: string; label: string }[]> {
  const all = new vscode.Range(0, 0, document.lineCount, 0)
  const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, all)
  return hints.map(hint => ({
    line: document.lineAt(hint.position.line).text.slice(0, hint.position.character),
    label: typeof hint.label === 'string' ? hint.label : hint.label.map(part => part.value).join(''),
  }))
}
