import * as path from 'node:path'
import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'

export interface Watched {
  readonly file: vscode.Uri
  /** Files beside it or in folders there, whose names end so, belong to it. */
  readonly endings?: readonly string[]
}

/**
 * Watches files and folders on the disk, each for as long as somebody needs it, whether it exists or not. A folder changes with
 * what lies in it, a table with the files that belong to it.
 */
export class FileWatch implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>()
  readonly onDidChange = this.changed.event
  private readonly watchers = new Map<string, Disposables>()
  private readonly needs = new Map<object, ReadonlySet<string>>()

  /** Replaces the files that `owner` needs. */
  need(owner: object, files: readonly Watched[]): void {
    this.needs.set(owner, new Set(files.map(keyOf)))
    for (const file of files) this.start(file)
    this.stopUnneeded()
  }

  release(owner: object): void {
    this.needs.delete(owner)
    this.stopUnneeded()
  }

  dispose(): void {
    for (const watcher of this.watchers.values()) watcher.dispose()
    this.watchers.clear()
    this.changed.dispose()
  }

  private start(needed: Watched): void {
    if (this.watchers.has(keyOf(needed))) return
    const { file, endings } = needed
    const folder = vscode.Uri.file(path.dirname(file.fsPath))
    // `[x]` takes a character literally where it would mean something in a glob.
    const pattern = path.basename(file.fsPath).replace(/[[\]{}*?]/g, '[$&]')
    const watched = new Disposables()
    this.watchers.set(keyOf(needed), watched)
    const watch = (pattern: vscode.RelativePattern) => {
      const watcher = watched.track(vscode.workspace.createFileSystemWatcher(pattern))
      for (const on of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) watched.track(on(() => this.changed.fire(file)))
      return watcher
    }
    let within = false
    const watchWithin = async () => {
      if (within || !(await isFolder(file)) || within) return
      within = true
      watch(new vscode.RelativePattern(file, '**'))
    }
    watched.track(watch(new vscode.RelativePattern(folder, pattern)).onDidCreate(() => void watchWithin()))
    void watchWithin()
    if (endings) watch(new vscode.RelativePattern(folder, `**/*.{${endings.join(',')}}`))
  }

  private stopUnneeded(): void {
    for (const [key, watcher] of this.watchers) {
      if ([...this.needs.values()].some(keys => keys.has(key))) continue
      watcher.dispose()
      this.watchers.delete(key)
    }
  }
}

const keyOf = ({ file, endings = [] }: Watched): string => [file.fsPath, ...endings].join('\n')

async function isFolder(file: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(file)).type & vscode.FileType.Directory) !== 0
  } catch {
    return false
  }
}
