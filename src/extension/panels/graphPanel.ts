import * as vscode from 'vscode'
import type { EditVocabulary } from '../../ir/graphEdit'
import type { Span } from '../../ir/span'
import type { GraphAction, GraphConflict, GraphDelta, GraphPanelState, GraphSnapshot } from '../../protocol/graphPanel'
import type { ConflictRuns } from '../editor/conflictRuns'
import { locationOf } from '../editor/diagnostics'
import type { Model } from '../models/model'
import { isModelFile, modelName } from '../models/modelFiles'
import type { Models } from '../models/models'
import { GraphEdits } from './graphEdits'
import { nodeAt } from './nodeAtCursor'
import { saveFile } from './saveFile'
import { savedModel, SinglePanel, type Kept } from './singlePanel'

/** The graph beside the editor, as Markdown's preview is: one panel that follows the active model, unless it is locked to its own. */
export class GraphPanel extends SinglePanel<GraphSnapshot, GraphDelta, GraphAction, GraphPanelState> {
  private uri: vscode.Uri | undefined
  private last: Model | undefined
  private selected: number | null = null
  private locked = false
  private sentConflict = ''
  /** Loaded with the first graph: it brings the tables of layers and tasks with it. */
  private editVocabulary: ((labels: EditVocabulary['labels']) => EditVocabulary) | undefined
  private readonly edits: GraphEdits
  /** The selection that a click in the graph made, which must not come back as another node of the same line. */
  private revealed: { readonly node: number; readonly selection: vscode.Selection } | undefined

  constructor(
    extension: vscode.Uri,
    private readonly models: Models,
    private readonly conflict: ConflictRuns,
    log: vscode.LogOutputChannel,
  ) {
    super('graph', extension, log)
    this.edits = new GraphEdits(models)
    this.disposables.track(models.onDidChange(model => this.modelChanged(model)))
    this.disposables.track(conflict.onDidChange(() => this.conflictChanged()))
    this.disposables.track(vscode.window.onDidChangeActiveTextEditor(editor => this.follow(editor)))
    this.disposables.track(vscode.window.onDidChangeTextEditorSelection(event => this.cursorMoved(event.textEditor)))
  }

  show(uri: vscode.Uri): void {
    this.open(titleOf(uri))
    void this.turnTo(uri)
  }

  /** Locked, the panel stays with its model; unlocked, it turns to the one that is edited. */
  lock(locked = !this.locked): void {
    if (!this.host || locked === this.locked) return
    this.locked = locked
    this.host.panel.title = this.title
    this.host.sendSnapshot()
    if (!locked) this.follow(vscode.window.activeTextEditor)
  }

  protected async restore(state: Kept<GraphPanelState>): Promise<void> {
    this.locked = state.locked === true
    // Without a usable state the panel waits for the first model that is opened.
    const uri = savedModel(state.uri) ?? visibleModels()[0]?.document.uri ?? this.models.all[0]?.uri
    if (uri) await this.turnTo(uri)
  }

  protected override closed(): void {
    this.locked = false
  }

  /** The model that is shown; also after its text was closed, until another one is. */
  private get model(): Model | undefined {
    this.last = (this.uri && this.models.of(this.uri)) ?? (this.last?.uri.toString() === this.uri?.toString() ? this.last : undefined)
    return this.last
  }

  private async turnTo(uri: vscode.Uri): Promise<void> {
    this.uri = uri
    this.selected = null
    if (this.host) this.host.panel.title = this.title
    this.editVocabulary ??= (await import('../../language/editVocabulary')).editVocabulary
    this.host?.sendSnapshot()
    try {
      await this.models.current(uri)
    } catch (error) {
      this.log.warn(`graph of ${uri.fsPath}: ${error instanceof Error ? error.message : String(error)}`)
    }
    const editor = vscode.window.activeTextEditor
    if (editor?.document.uri.toString() === uri.toString()) this.cursorMoved(editor)
  }

  private get title(): string {
    if (!this.uri) return 'Graph'
    return this.locked ? `[${titleOf(this.uri)}]` : titleOf(this.uri)
  }

  private follow(editor: vscode.TextEditor | undefined): void {
    if (!this.host || this.locked || !editor || !isModelFile(editor.document.uri)) return
    if (editor.document.uri.toString() !== this.uri?.toString()) void this.turnTo(editor.document.uri)
  }

  private modelChanged(model: Model): void {
    if (this.host && !this.uri) void this.turnTo(model.uri)
    if (!this.host || model !== this.model) return
    const editor = vscode.window.visibleTextEditors.find(e => e.document === model.document)
    this.selected = editor && model.graph ? nodeUnder(model, editor.document, editor.selection.active) : null
    this.host.sendSnapshot()
  }

  /** A live run says something new with each epoch: only what shows is sent. */
  private conflictChanged(): void {
    const marks = JSON.stringify(this.conflictSeen())
    if (marks === this.sentConflict) return
    this.host?.sendSnapshot()
  }

  protected snapshot(): GraphSnapshot {
    const { model } = this
    const conflict = this.conflictSeen()
    this.sentConflict = JSON.stringify(conflict)
    return {
      graph: model?.graph ?? null,
      stale: model?.stale ?? false,
      problem: model?.problem ?? (model && !model.graph ? (model.errors[0]?.message ?? null) : null),
      title: this.uri ? modelName(this.uri) : '',
      uri: this.uri?.toString() ?? '',
      selected: this.selected,
      locked: this.locked,
      vocabulary: this.vocabulary(),
      conflict,
    }
  }

  /** The worst pair of each trunk layer, by the run whose findings stand on the model's lines. */
  private conflictSeen(): GraphConflict | null {
    const seen = this.model && this.conflict.seen(this.model)
    if (!seen) return null
    const { layers, tasks } = seen.summary
    const marks = layers.flatMap(({ layer, pairs: [worst] }) =>
      worst
        ? [{ layer, pair: [tasks[worst.pair[0]]!, tasks[worst.pair[1]]!] as const, cosine: worst.cosine.mean, reported: worst.reported }]
        : [],
    )
    return { run: seen.name, stale: seen.stale, layers: marks }
  }

  /** Columns come from the profiles that the evaluation had; a closed text takes no edits. */
  private vocabulary(): EditVocabulary | null {
    const { model } = this
    if (!this.editVocabulary || !model?.graph || !this.uri || !this.models.of(this.uri)) return null
    const labels = model.graph.sources.map(source => {
      const profile = this.models.profileOf(model, source)
      return {
        source: source.id,
        columns: profile ? (profile.kind === 'table' ? profile.columns : profile.arrays).map(column => column.name) : [],
      }
    })
    return this.editVocabulary(labels)
  }

  private cursorMoved(editor: vscode.TextEditor): void {
    const { model } = this
    if (!this.host || !model?.graph || editor.document !== model.document) return
    const selection = editor.selection
    const node = this.revealed?.selection.isEqual(selection) ? this.revealed.node : nodeUnder(model, editor.document, selection.active)
    if (node === this.selected) return
    this.revealed = undefined
    this.selected = node
    this.host.sendDelta({ selected: node })
  }

  protected async act(action: GraphAction): Promise<void> {
    const graph = this.model?.graph
    switch (action.kind) {
      case 'reveal': {
        const node = graph?.nodes[action.node]
        if (node) await this.reveal(node.span ?? node.use, node.id)
        break
      }
      case 'revealTask': {
        const task = graph?.tasks.find(t => t.name === action.task)
        if (task) await this.reveal(task.keySpan ?? task.span, task.output)
        break
      }
      case 'lock':
        this.lock(action.locked)
        break
      case 'save':
        await saveFile(action, this.uri)
        break
      case 'edit': {
        const refusal = this.model ? await this.edits.apply(this.model, action.edit) : { reason: 'the file is closed', placed: false }
        this.host?.sendDelta({ outcome: { request: action.request, refusal } })
        break
      }
      case 'showRefusal':
        await this.edits.showRefusal()
        break
    }
  }

  private async reveal(span: Span | null, node: number): Promise<void> {
    const { model } = this
    if (!span || !model) return
    const place = model.place(span)
    const { uri, range } = place ? { uri: model.uri, range: place } : await locationOf(model, span)
    const selection = new vscode.Selection(range.start, range.end)
    this.revealed = { node, selection }
    this.selected = node
    const open = vscode.window.visibleTextEditors.find(editor => editor.document.uri.toString() === uri.toString())
    const editor = await vscode.window.showTextDocument(uri, {
      viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
      preserveFocus: true,
      selection,
    })
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
  }
}

const titleOf = (uri: vscode.Uri): string => `Graph: ${modelName(uri)}`

const visibleModels = (): readonly vscode.TextEditor[] =>
  vscode.window.visibleTextEditors.filter(editor => isModelFile(editor.document.uri))

function nodeUnder(model: Model, document: vscode.TextDocument, position: vscode.Position): number | null {
  const line = document.lineAt(position.line).range
  const placed = (span: Span | null) => model.placeOffsets(span)
  return nodeAt(model.graph!, placed, document.offsetAt(position), {
    start: document.offsetAt(line.start),
    end: document.offsetAt(line.end),
  })
}
