import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { Span } from '../../ir/span'
import { explanation } from '../commands/explainDiagnostic'
import type { Model } from '../models/model'
import { modelSelector } from '../models/modelFiles'
import type { Models } from '../models/models'
import { conflictFindings, type ConflictFinding, type ConflictShow } from './conflictFindings'
import type { ConflictRuns } from './conflictRuns'
import { diagnosticSource, locationOf } from './diagnostics'

const codes = { layer: 'mtl/conflict', task: 'mtl/task-conflict' } as const

/** Findings of conflict on the lines that they are about: beside the text, and as Information in the Problems view. */
export class ConflictLines implements vscode.InlayHintsProvider, vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly changed = this.disposables.track(new vscode.EventEmitter<void>())
  readonly onDidChangeInlayHints = this.changed.event
  // A name of its own: two collections of one name are one to VS Code.
  private readonly collection = this.disposables.track(vscode.languages.createDiagnosticCollection('mtl-conflict'))
  private readonly files = new Map<Model, ReadonlyMap<string, readonly vscode.Diagnostic[]>>()

  constructor(
    private readonly models: Models,
    private readonly runs: ConflictRuns,
  ) {
    this.disposables.track(runs.onDidChange(() => this.update()))
    this.disposables.track(models.onDidClose(model => this.set(model, new Map())))
    this.disposables.track(
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration('mtl.conflict')) this.update()
      }),
    )
    this.disposables.track(vscode.languages.registerInlayHintsProvider(modelSelector, this))
  }

  findings(model: Model): ConflictFinding[] {
    const seen = this.runs.seen(model)
    const show = vscode.workspace.getConfiguration('mtl.conflict', model.uri).get<ConflictShow>('show', 'findings')
    return seen && model.graph ? conflictFindings(model.graph, seen, show) : []
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    const model = this.models.of(document.uri)
    return (model ? this.findings(model) : []).flatMap(({ on, span, label, tooltip }) => {
      const place = model!.place(span)
      if (!place || !range.contains(place.end)) return []
      // Behind a task's colon, as the end of a long line would be out of sight.
      const rest = document.lineAt(place.end.line).text.slice(place.end.character)
      const colon = on === 'task' ? (/^['"]?\s*:/.exec(rest)?.[0].length ?? 0) : 0
      // Next to the layer's own hint, padding alone would let the two run together.
      const hint = new vscode.InlayHint(place.end.translate(0, colon), on === 'layer' ? `\u00a0${label}` : label)
      hint.paddingLeft = true
      hint.tooltip = new vscode.MarkdownString(tooltip)
      return [hint]
    })
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private update(): void {
    this.changed.fire()
    for (const model of this.models.all) void this.report(model)
  }

  private async report(model: Model): Promise<void> {
    const { graph } = model
    const stale = this.runs.seen(model)?.stale ?? false
    const files = new Map<string, vscode.Diagnostic[]>()
    for (const finding of this.findings(model)) {
      if (finding.message === null) continue
      const place = await placeOf(model, finding.span)
      if (!place) continue
      const diagnostic = new vscode.Diagnostic(place.range, finding.message, severity(stale))
      diagnostic.source = diagnosticSource
      diagnostic.code = { value: codes[finding.on], target: explanation(codes[finding.on]) }
      diagnostic.relatedInformation = (
        await Promise.all(
          finding.related.map(async ({ message, span }) => {
            const at = await placeOf(model, span)
            return at ? [new vscode.DiagnosticRelatedInformation(at, message)] : []
          }),
        )
      ).flat()
      const key = place.uri.toString()
      files.set(key, [...(files.get(key) ?? []), diagnostic])
    }
    if (model.graph === graph && this.models.of(model.uri) === model) this.set(model, files)
  }

  private set(model: Model, files: ReadonlyMap<string, readonly vscode.Diagnostic[]>): void {
    const touched = new Set([...(this.files.get(model)?.keys() ?? []), ...files.keys()])
    if (files.size > 0) this.files.set(model, files)
    else this.files.delete(model)
    for (const file of touched)
      this.collection.set(
        vscode.Uri.parse(file),
        [...this.files.values()].flatMap(said => said.get(file) ?? []),
      )
  }
}

/** What is stale is kept out of the Problems view. */
const severity = (stale: boolean): vscode.DiagnosticSeverity =>
  stale ? vscode.DiagnosticSeverity.Hint : vscode.DiagnosticSeverity.Information

/** Where a span of the model's graph stands now; undefined where it was typed away. */
async function placeOf(model: Model, span: Span): Promise<vscode.Location | undefined> {
  if (span.file === model.file) {
    const range = model.place(span)
    return range && new vscode.Location(model.uri, range)
  }
  const { uri, range } = await locationOf(model, span)
  return new vscode.Location(uri, range)
}
