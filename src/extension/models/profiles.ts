import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { profileKey, type DataProfile, type ProfileError } from '../../ir/profile'
import type { ProfileWanted } from '../../language/evaluation'

/** Reads data files in a child process of its own. */
export interface Profiler {
  /** @param root absolute path of the folder to which the paths are relative  @returns by `profileKey` */
  profile(root: string, wanted: readonly ProfileWanted[]): Promise<Readonly<Record<string, DataProfile | ProfileError>>>
}

type Known = DataProfile | ProfileError

/** Profiles of data files by workspace folder, made once per file and set of options, and only in trusted workspaces. */
export class Profiles implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<void>())
  /** A profile arrived. */
  readonly onDidChange = this.changed.event
  private readonly known = new Map<string, { readonly file: string; readonly profile: Known }>()
  private readonly pending = new Map<string, symbol>()

  constructor(
    private readonly profiler: Profiler,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()))
  }

  /** Those of the wanted profiles that are there, by `profileKey`. */
  of(root: vscode.Uri, wanted: readonly ProfileWanted[]): Record<string, Known> {
    const found: Record<string, Known> = {}
    for (const one of wanted) {
      const entry = this.known.get(keyOf(root, one))
      if (entry) found[profileKey(one)] = entry.profile
    }
    return found
  }

  request(root: vscode.Uri, wanted: readonly ProfileWanted[]): void {
    if (!vscode.workspace.isTrusted) return
    const missing = wanted.filter(one => !this.known.has(keyOf(root, one)) && !this.pending.has(keyOf(root, one)))
    if (missing.length > 0) void this.make(root, missing)
  }

  /** The file has changed on the disk: what is known of it is no longer true. */
  forget(file: vscode.Uri): void {
    for (const [key, entry] of this.known) if (entry.file === file.fsPath) this.known.delete(key)
    for (const key of this.pending.keys()) if (key.startsWith(`${file.fsPath}\n`)) this.pending.delete(key)
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private async make(root: vscode.Uri, wanted: readonly ProfileWanted[]): Promise<void> {
    const turn = Symbol()
    for (const one of wanted) this.pending.set(keyOf(root, one), turn)
    const started = Date.now()
    const made = await this.run(root, wanted)
    for (const one of wanted) {
      const key = keyOf(root, one)
      // The file changed meanwhile: this profile is of the old one.
      if (this.pending.get(key) !== turn) continue
      this.pending.delete(key)
      const profile = made[profileKey(one)] ?? { kind: 'error', code: 'mtl/data-file', message: `${one.path} has no profile.` }
      this.known.set(key, { file: dataFile(root, one).fsPath, profile })
      this.log.info(`profile of ${one.path}: ${profile.kind === 'error' ? profile.message : `${profile.rows} rows`} (${Date.now() - started} ms)`)
    }
    this.changed.fire()
  }

  private async run(root: vscode.Uri, wanted: readonly ProfileWanted[]): Promise<Readonly<Record<string, Known>>> {
    try {
      return await this.profiler.profile(root.fsPath, wanted)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.log.error(`profiles of ${wanted.map(one => one.path).join(', ')}: ${message}`)
      return Object.fromEntries(wanted.map(one => [profileKey(one), { kind: 'error', code: 'mtl/data-file', message: `${one.path} can't be read: ${message}` }]))
    }
  }
}

export const dataFile = (root: vscode.Uri, wanted: ProfileWanted): vscode.Uri => vscode.Uri.joinPath(root, wanted.path)

const keyOf = (root: vscode.Uri, wanted: ProfileWanted): string => `${dataFile(root, wanted).fsPath}\n${root.fsPath}\n${profileKey(wanted)}`
