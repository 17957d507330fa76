import * as vscode from 'vscode'

/**
 * Writes the types of 'mtl' into the workspace and makes its tsconfig.json find them: for editors and type checkers that
 * load no TypeScript plugins.
 */
export async function addTypes(extension: vscode.Uri): Promise<void> {
  const folder = await chooseFolder()
  if (!folder) return
  const declarations = await read(vscode.Uri.joinPath(extension, 'dist', 'types', 'mtl', 'index.d.ts'))
  const config = vscode.Uri.joinPath(folder.uri, 'tsconfig.json')
  // Loaded when it is needed: it brings a parser with it.
  const { workspaceTypes } = await import('../../language/workspaceTypes')
  const written = workspaceTypes(declarations!, await read(config))
  for (const { path, text } of written)
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder.uri, path), new TextEncoder().encode(text))
  const show = 'Show tsconfig.json'
  const message = `The types of 'mtl' are in ${folder.name}: ${written.map(file => file.path).join(', ')}.`
  void vscode.window.showInformationMessage(message, show).then(answer => {
    if (answer === show) void vscode.window.showTextDocument(config)
  })
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? []
  if (folders.length === 0) throw new Error('Open a folder first: the types are written into it.')
  return folders.length === 1 ? folders[0] : vscode.window.showWorkspaceFolderPick({ placeHolder: 'Which folder gets the types?' })
}

/** @returns null where there is no such file */
async function read(file: vscode.Uri): Promise<string | null> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file))
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null
    throw error
  }
}
