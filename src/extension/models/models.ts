import { posix } from 'node:path'
import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { DataSource } from '../../ir/graph'
import type { GraphEdit, Proposal } from '../../ir/graphEdit'
import { profileKey, type DataProfile } from '../../ir/profile'
import type { EvaluationRequest, EvaluationResult } from '../../language/evaluation'
import { Superseded } from '../../language/host'
import { FileWatch } from './fileWatch'
import { Model } from './model'
import { isModelFile, pathBelow } from './modelFiles'
import { dataFiles, type Profiles } from './profiles'

/** Evaluates model files outside the extension host's thread (`language/host.ts`). */
export interface Evaluator {
  /** @throws Superseded where a newer request for the file came before this one was done */
  evaluate(request: EvaluationRequest): Promise<EvaluationResult>
  proposeEdit(request: EvaluationRequest, edit: GraphEdit): Promise<Proposal>
}

/** Long enough to let a word be typed, short enough to feel immediate. */
const pauseInTyping = 120

/** The open model files, each evaluated again when its text, an imported file, a data file or a profile changes. */
export class Models implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<Model>())
  readonly onDidChange = this.changed.event
  private readonly closed = this.disposables.track(new vscode.EventEmitter<Model>())
  readonly onDidClose = this.closed.event
  private readonly files = this.disposables.track(new FileWatch())
  private readonly models = new Map<string, Model>()
  private readonly timers = new Map<Model, NodeJS.Timeout>()
  private readonly turns = new Map<Model, number>()

  constructor(
    private readonly evaluator: Evaluator,
    private readonly profiles: Profiles,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.track(vscode.workspace.onDidOpenTextDocument(document => this.open(document)))
    this.disposables.track(vscode.workspace.onDidCloseTextDocument(document => this.close(document)))
    this.disposables.track(vscode.workspace.onDidChangeTextDocument(event => this.textChanged(event)))
    this.disposables.track(this.files.onDidChange(file => this.fileChanged(file)))
    this.disposables.track(profiles.onDidChange(() => this.profilesChanged()))
    for (const document of vscode.workspace.textDocuments) this.open(document)
  }

  get all(): readonly Model[] {
    return [...this.models.values()]
  }

  of(uri: vscode.Uri): Model | undefined {
    return this.models.get(uri.toString())
  }

  /** @returns the model with its present text evaluated, opening the file where needed */
  async current(uri: vscode.Uri): Promise<Model> {
    const document = await vscode.workspace.openTextDocument(uri)
    const model = this.open(document)
    if (!model) throw new Error(`${uri.fsPath} is not a model file: its name must end in .mtl.ts`)
    for (let attempt = 0; attempt < 5 && !model.current; attempt++) await this.evaluate(model)
    return model
  }

  /** What is known of a data file that the model reads; undefined where it was not read, or not without an error. */
  profileOf(model: Model, { kind, path, options }: DataSource): DataProfile | undefined {
    const resolved = posix.join(posix.dirname(model.file), path)
    const profile = this.request(model).profiles[profileKey({ kind, path: resolved, options })]
    return profile && profile.kind !== 'error' ? profile : undefined
  }

  /** How the model's present text would be changed for an edit of its graph. */
  proposeEdit(model: Model, edit: GraphEdit): Promise<Proposal> {
    return this.evaluator.proposeEdit(this.request(model), edit)
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
    this.disposables.dispose()
  }

  private open(document: vscode.TextDocument): Model | undefined {
    if (!isModelFile(document.uri)) return undefined
    const known = this.of(document.uri)
    if (known) return known
    const model = new Model(document)
    this.models.set(document.uri.toString(), model)
    this.schedule(model, 0)
    return model
  }

  private close(document: vscode.TextDocument): void {
    const model = this.of(document.uri)
    if (!model) return
    this.models.delete(document.uri.toString())
    clearTimeout(this.timers.get(model))
    this.timers.delete(model)
    this.turns.delete(model)
    this.files.release(model)
    this.closed.fire(model)
  }

  private textChanged(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length === 0) return
    this.of(event.document.uri)?.noteChange(event)
    for (const model of this.models.values()) {
      if (model.document === event.document || this.reads(model, event.document.uri)) this.schedule(model, pauseInTyping)
    }
  }

  private fileChanged(file: vscode.Uri): void {
    this.profiles.forget(file)
    for (const model of this.models.values()) {
      const data = this.wantsData(model, file)
      if (data) model.dataChanges++
      if (data || this.reads(model, file)) this.schedule(model, pauseInTyping)
    }
  }

  private profilesChanged(): void {
    for (const model of this.models.values()) {
      const wanted = model.result?.profilesWanted ?? []
      if (wanted.length > 0) this.schedule(model, 0)
    }
  }

  private reads(model: Model, file: vscode.Uri): boolean {
    const path = pathBelow(model.root, file)
    return path !== undefined && (model.result?.files.includes(path) ?? false)
  }

  private wantsData(model: Model, file: vscode.Uri): boolean {
    return (model.result?.profilesWanted ?? []).some(wanted => dataFiles(model.root, wanted).some(({ fsPath }) => fsPath === file.fsPath))
  }

  private schedule(model: Model, delay: number): void {
    clearTimeout(this.timers.get(model))
    this.timers.set(
      model,
      setTimeout(() => void this.evaluate(model), delay),
    )
  }

  private async evaluate(model: Model): Promise<void> {
    clearTimeout(this.timers.get(model))
    const turn = (this.turns.get(model) ?? 0) + 1
    this.turns.set(model, turn)
    const version = model.document.version
    const request = this.request(model)
    const { profiles } = request
    let result: EvaluationResult
    try {
      result = await this.evaluator.evaluate(request)
    } catch (error) {
      if (error instanceof Superseded) return this.overtaken(model, turn)
      this.log.error(`evaluation of ${model.file}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      return
    }
    // The newest text wins: an answer about an older one, or about a closed file, is dropped.
    if (this.turns.get(model) !== turn || this.of(model.uri) !== model) return
    model.settle(result, version)
    this.log.debug(`evaluated ${model.file}: ${result.diagnostics.length} diagnostics, ${Math.round(result.milliseconds)} ms`)
    this.files.need(model, [
      ...result.files.filter(file => file !== model.file).map(file => ({ file: vscode.Uri.joinPath(model.root, file) })),
      ...result.profilesWanted.flatMap(wanted => dataFiles(model.root, wanted).map(file => ({ ...wanted, file }))),
    ])
    this.profiles.request(model.root, result.profilesWanted)
    const newlyKnown = Object.keys(this.profiles.of(model.root, result.profilesWanted)).some(key => !(key in profiles))
    if (newlyKnown) this.schedule(model, 0)
    this.changed.fire(model)
  }

  /** By a newer text of the same file, mostly; a file of the same name in another workspace folder can do it as well. */
  private overtaken(model: Model, turn: number): void {
    if (this.turns.get(model) === turn && this.of(model.uri) === model) this.schedule(model, pauseInTyping)
  }

  private request(model: Model): EvaluationRequest {
    const profiles = this.profiles.of(model.root, model.result?.profilesWanted ?? [])
    return { file: model.file, root: model.root.fsPath, overlay: this.overlay(model), profiles }
  }

  /** Unsaved texts that the model may import, and its own. */
  private overlay(model: Model): Record<string, string> {
    const texts: Record<string, string> = {}
    for (const document of vscode.workspace.textDocuments) {
      if (!document.isDirty && document !== model.document) continue
      const path = pathBelow(model.root, document.uri)
      if (path !== undefined && /\.(ts|json)$/.test(path)) texts[path] = document.getText()
    }
    return texts
  }
}
