import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import { profileKey, type DataProfile, type ProfileError } from '../../ir/profile'
import type { DataWanted, ProfileWanted } from '../../language/evaluation'

/** Reads data files in child processes (`profilerProcess.ts`). */
export interface Profiler {
  profile(root: string, wanted: ProfileWanted): Promise<DataProfile | ProfileError>
}

type Known = DataProfile | ProfileError

/** Profiles of data files by workspace folder, made once per file and set of options, and only in trusted workspaces. */
export class Profiles implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<void>())
  /** A profile arrived. */
  readonly onDidChange = this.changed.event
  private readonly known = new Map<string, { readonly files: readonly string[]; readonly profile: Known }>()
  private readonly pending = new Map<string, { readonly files: readonly string[] }>()

  constructor(
    private readonly profiler: Profiler,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()))
  }

  /** Those of the wanted profiles that are there, by `profileKey`. */
  of(root: vscode.Uri, wanted: readonly DataWanted[]): Record<string, Known> {
    const found: Record<string, Known> = {}
    for (const one of wanted) {
      const entry = this.known.get(keyOf(root, one))
      if (entry) found[profileKey(one)] = entry.profile
    }
    return found
  }

  request(root: vscode.Uri, wanted: readonly DataWanted[]): void {
    if (!vscode.workspace.isTrusted) return
    for (const one of wanted) {
      const key = keyOf(root, one)
      if (!this.known.has(key) && !this.pending.has(key)) void this.make(key, root, one)
    }
  }

  /** The file, or what lies in the folder, has changed on the disk: what is known of it is no longer true. */
  forget(file: vscode.Uri): void {
    for (const entries of [this.known, this.pending])
      for (const [key, { files }] of entries) if (files.includes(file.fsPath)) entries.delete(key)
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private async make(key: string, root: vscode.Uri, wanted: DataWanted): Promise<void> {
    const files = dataFiles(root, wanted).map(file => file.fsPath)
    const turn = { files }
    this.pending.set(key, turn)
    const started = Date.now()
    const profile = await this.read(root, wanted)
    // A file changed meanwhile: this profile is of the old one.
    if (this.pending.get(key) !== turn) return
    this.pending.delete(key)
    this.known.set(key, { files, profile })
    this.log.info(
      `profile of ${wanted.path}: ${profile.kind === 'error' ? profile.message : `${profile.rows} rows`} (${Date.now() - started} ms)`,
    )
    this.changed.fire()
  }

  private async read(root: vscode.Uri, wanted: ProfileWanted): Promise<Known> {
    try {
      return await this.profiler.profile(root.fsPath, wanted)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.log.error(`profile of ${wanted.path}: ${message}`)
      return { kind: 'error', code: 'mtl/data-unreadable', message: `${wanted.path} can't be read: ${message.split('\n', 1)[0]!}` }
    }
  }
}

/** The files and folders that a profile is made of. */
export const dataFiles = (root: vscode.Uri, { files }: DataWanted): vscode.Uri[] => files.map(file => vscode.Uri.joinPath(root, file))

const keyOf = (root: vscode.Uri, wanted: ProfileWanted): string => `${root.fsPath}\n${profileKey(wanted)}`
