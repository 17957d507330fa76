import * as path from 'node:path'
import * as vscode from 'vscode'
import { workspaceOf } from '../../runs/workspace'

/** Which documents are models. They keep the language id `typescript`: rename, completion and formatting are TypeScript's. */
export const modelSelector: vscode.DocumentSelector = { language: 'typescript', scheme: 'file', pattern: '**/*.mtl.ts' }

export const modelSuffix = '.mtl.ts'

export const isModelFile = (uri: vscode.Uri): boolean => uri.scheme === 'file' && uri.path.endsWith(modelSuffix)

/** `penguins` for `…/penguins.mtl.ts`. */
export const modelName = (uri: vscode.Uri): string => path.basename(uri.fsPath, modelSuffix)

/** The folder that a model's imports and data may not leave: its workspace folder; outside of any, what a terminal would take. */
export function rootOf(uri: vscode.Uri): vscode.Uri {
  return vscode.workspace.getWorkspaceFolder(uri)?.uri ?? vscode.Uri.file(workspaceOf(uri.fsPath))
}

/** @returns the path relative to the root with '/' between folders, as spans name files; undefined where the file stands outside */
export function pathBelow(root: vscode.Uri, uri: vscode.Uri): string | undefined {
  if (uri.scheme !== 'file') return undefined
  const relative = path.relative(root.fsPath, uri.fsPath)
  return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative.split(path.sep).join('/')
}
