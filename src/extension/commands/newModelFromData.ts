import * as path from 'node:path'
import * as vscode from 'vscode'
import { tableEndings, tableKindOf, withoutEnding } from '../../base/tableFiles'
import { modelSuffix } from '../models/modelFiles'
import type { Profiler } from '../models/profiles'
import { trusted } from '../runs/trust'
import { mayWrite } from './newModel'

/**
 * Writes a first model of a table beside it, which predicts the columns that the user picks from all others.
 * @param given the table's file; asked for where it is not given
 */
export async function newModelFromData(given: unknown, profiler: Profiler): Promise<void> {
  if (!(await trusted('Looking into a data file starts a process.'))) return
  const data = given instanceof vscode.Uri ? given : await ask()
  if (!data) return
  const [folder, name] = [path.dirname(data.fsPath), path.basename(data.fsPath)]
  const kind = tableKindOf(name)
  if (!kind) throw new Error(`${name} is no table: a file that ends in .${Object.keys(tableEndings).join(', .')} is expected.`)
  // Loaded when it is needed.
  const { labelChoices, modelFromTable, readTable } = await import('../../language/modelFromTable')
  const table = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Reading ${name}` }, () =>
    readTable(kind, name, wanted => profiler.profile(folder, wanted)),
  )
  if (table.kind === 'error') throw new Error(table.message)
  const items = labelChoices(table).map(({ column, task, values }) => ({ label: column, description: `${task} · ${values}` }))
  if (items.length === 0) throw new Error(`${name} has no column that can be predicted.`)
  const picked = await vscode.window.showQuickPick(items, {
    title: `New Model from ${name}`,
    placeHolder: 'What is to be predicted? Each column becomes a task.',
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  })
  if (!picked || picked.length === 0) return
  const text = modelFromTable(
    table,
    picked.map(({ label }) => label),
  )
  if (typeof text !== 'string') throw new Error(`${text.refusal}.`)
  const model = vscode.Uri.joinPath(data, '..', withoutEnding(name) + modelSuffix)
  if (!(await mayWrite(model))) return
  await vscode.workspace.fs.writeFile(model, new TextEncoder().encode(text))
  await vscode.window.showTextDocument(model)
}

async function ask(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'New Model from Data',
      openLabel: 'Choose Table',
      filters: { Tables: [...Object.keys(tableEndings), 'gz'] },
      ...(folder && { defaultUri: folder }),
    })) ?? []
  return file
}
