import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const marks = ['.git', '.vscode', 'package.json', '.mtl']

/**
 * The folder that a model file's imports and data may not leave, where no editor says which one it is.
 * @returns the nearest folder above the model file that looks like a workspace; the file's own folder where there is none
 */
export function workspaceOf(modelFile: string): string {
  const home = dirname(resolve(modelFile))
  for (let folder = home; ; folder = dirname(folder)) {
    if (marks.some(mark => existsSync(join(folder, mark)))) return folder
    if (dirname(folder) === folder) return home
  }
}
