import * as path from 'node:path'
import * as vscode from 'vscode'
import { modelSuffix } from '../models/modelFiles'

interface Example extends vscode.QuickPickItem {
  readonly folder: vscode.Uri
  readonly model: string
}

/** Holds the model to show once its folder is open: opening a folder starts the extension anew. */
const modelToShow = 'mtl.modelToShow'

/**
 * Opens an example: the one in the workspace where it is there already, else a copy in a folder that the user chooses,
 * because the extension's own folder is replaced by the next version.
 */
export async function openExample(extension: vscode.Uri, state: vscode.Memento): Promise<void> {
  const examples = await list(vscode.Uri.joinPath(extension, 'examples'))
  if (examples.length === 0) throw new Error('The extension was installed without its examples.')
  // The walkthrough takes the focus when its step is done, which is while the list is open.
  const options = { placeHolder: 'Which example?', matchOnDetail: true, ignoreFocusOut: true }
  const example = examples.length === 1 ? examples[0] : await vscode.window.showQuickPick(examples, options)
  if (!example) return
  const [present] = await vscode.workspace.findFiles(`**/${example.label}/${example.model}`, '**/node_modules/**', 1)
  if (present) {
    await vscode.window.showTextDocument(present)
    return
  }
  const target = await chooseTarget(example)
  if (!target) return
  if (!(await exists(target))) await vscode.workspace.fs.copy(example.folder, target)
  const model = vscode.Uri.joinPath(target, example.model)
  if (vscode.workspace.getWorkspaceFolder(target)) await vscode.window.showTextDocument(model)
  else {
    await state.update(modelToShow, model.toString())
    await vscode.commands.executeCommand('vscode.openFolder', target, {
      forceNewWindow: (vscode.workspace.workspaceFolders?.length ?? 0) > 0,
    })
  }
}

/** In the window that was opened for an example: shows its model. */
export async function showOpenedExample(state: vscode.Memento): Promise<void> {
  const model = state.get<string>(modelToShow)
  if (model === undefined || !vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(model))) return
  await state.update(modelToShow, undefined)
  await vscode.window.showTextDocument(vscode.Uri.parse(model))
}

async function list(folder: vscode.Uri): Promise<Example[]> {
  if (!(await exists(folder))) return []
  const entries = await vscode.workspace.fs.readDirectory(folder)
  const found = await Promise.all(entries.filter(([, type]) => type === vscode.FileType.Directory).map(([name]) => example(folder, name)))
  return found.filter(one => one !== undefined)
}

async function example(folder: vscode.Uri, name: string): Promise<Example | undefined> {
  const own = vscode.Uri.joinPath(folder, name)
  const files = (await vscode.workspace.fs.readDirectory(own)).map(([file]) => file)
  const model = files.find(file => file === name + modelSuffix) ?? files.find(file => file.endsWith(modelSuffix))
  if (!model) return undefined
  const readme = files.includes('README.md') ? await summary(vscode.Uri.joinPath(own, 'README.md')) : undefined
  return { label: name, folder: own, model, ...(readme && { detail: readme }) }
}

/** The first line of text in a README that is not a heading. */
async function summary(readme: vscode.Uri): Promise<string | undefined> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(readme))
  return text.split('\n').find(line => /^[\p{L}\d]/u.test(line))
}

async function chooseTarget(example: Example): Promise<vscode.Uri | undefined> {
  const inWorkspace = vscode.workspace.workspaceFolders?.[0]?.uri
  const [parent] =
    (await vscode.window.showOpenDialog({
      title: `Where should the example ${example.label} be copied?`,
      openLabel: 'Copy Example Here',
      canSelectFiles: false,
      canSelectFolders: true,
      ...(inWorkspace && { defaultUri: inWorkspace }),
    })) ?? []
  return parent && vscode.Uri.joinPath(parent, path.basename(example.folder.fsPath))
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri)
    return true
  } catch {
    return false
  }
}
