import * as path from 'node:path'
import * as vscode from 'vscode'

/** Watches single files on the disk, each for as long as somebody needs it, whether it exists or not. */
export class FileWatch implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>()
  readonly onDidChange = this.changed.event
  private readonly watchers = new Map<string, vscode.FileSystemWatcher>()
  private readonly needs = new Map<object, ReadonlySet<string>>()

  /** Replaces the files that `owner` needs. */
  need(owner: object, files: readonly vscode.Uri[]): void {
    this.needs.set(owner, new Set(files.map(f => f.fsPath)))
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

  private start(file: vscode.Uri): void {
    if (this.watchers.has(file.fsPath)) return
    const folder = vscode.Uri.file(path.dirname(file.fsPath))
    // `[x]` takes a character literally where it would mean something in a glob.
    const pattern = path.basename(file.fsPath).replace(/[[\]{}*?]/g, '[$&]')
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, pattern))
    const changed = () => this.changed.fire(file)
    watcher.onDidChange(changed)
    watcher.onDidCreate(changed)
    watcher.onDidDelete(changed)
    this.watchers.set(file.fsPath, watcher)
  }

  private stopUnneeded(): void {
    for (const [file, watcher] of this.watchers) {
      if ([...this.needs.values()].some(files => files.has(file))) continue
      watcher.dispose()
      this.watchers.delete(file)
    }
  }
}
