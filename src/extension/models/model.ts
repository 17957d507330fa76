import * as vscode from 'vscode'
import type { Diagnostic } from '../../ir/diagnostic'
import type { ModelGraph } from '../../ir/graph'
import type { Span } from '../../ir/span'
import type { EvaluationResult } from '../../language/evaluation'
import { pathBelow, rootOf } from './modelFiles'
import { carryOver, type TextChange } from './textDrift'

/** What is known of one open model file: its last evaluation, and the last graph that was whole. */
export class Model {
  readonly root: vscode.Uri
  /** Path relative to the root, as in spans. */
  readonly file: string
  result: EvaluationResult | null = null
  /** The last good graph; its spans belong to the text as it was then: read them through `place`. */
  graph: ModelGraph | null = null
  /** True where the text has changed to something broken since the graph was made. */
  stale = false
  /** How often its data were seen to change on the disk. */
  dataChanges = 0
  private evaluatedVersion = 0
  private changes: { readonly version: number; readonly change: TextChange }[] = []
  private graphVersion = 0

  constructor(readonly document: vscode.TextDocument) {
    this.root = rootOf(document.uri)
    this.file = pathBelow(this.root, document.uri) ?? document.uri.path
  }

  get uri(): vscode.Uri {
    return this.document.uri
  }

  get errors(): readonly Diagnostic[] {
    return (this.result?.diagnostics ?? []).filter(d => d.severity === 'error')
  }

  /** Why the graph is stale, in one line. */
  get problem(): string | null {
    if (!this.stale) return null
    const [error] = this.errors
    return error ? error.message.split('\n', 1)[0]! : 'The file could not be evaluated.'
  }

  /** True where the last evaluation saw the text as it is now. */
  get current(): boolean {
    return this.result !== null && this.evaluatedVersion === this.document.version
  }

  noteChange(event: vscode.TextDocumentChangeEvent): void {
    // Changes of one event are all given in offsets of the text before the event: from the last to the first, none moves another.
    const ordered = [...event.contentChanges].sort((a, b) => b.rangeOffset - a.rangeOffset)
    for (const { rangeOffset, rangeLength, text } of ordered) {
      this.changes.push({ version: event.document.version, change: { offset: rangeOffset, removed: rangeLength, added: text.length } })
    }
  }

  /** @param version of the document whose text was evaluated */
  settle(result: EvaluationResult, version: number): void {
    this.result = result
    this.evaluatedVersion = version
    const whole = result.graph !== null && result.graph.tasks.length > 0
    if (whole || (this.graph === null && result.graph !== null && result.graph.nodes.length > 0)) {
      this.graph = result.graph
      this.graphVersion = version
      this.stale = false
    } else {
      this.stale = this.graph !== null
    }
    this.changes = this.changes.filter(c => c.version > this.graphVersion)
  }

  /** Offsets of a span of the last good graph in the present text; undefined for spans of other files and where it was typed away. */
  placeOffsets(span: Span | null): Span | undefined {
    return this.offsetsSince(span, this.graphVersion)
  }

  /** The same as a range. */
  place(span: Span | null): vscode.Range | undefined {
    return this.rangeOf(this.placeOffsets(span))
  }

  /** The same for spans of the last evaluation's diagnostics. */
  placeDiagnostic(span: Span): vscode.Range | undefined {
    return this.rangeOf(this.offsetsSince(span, this.evaluatedVersion))
  }

  private offsetsSince(span: Span | null, version: number): Span | undefined {
    if (!span || span.file !== this.file) return undefined
    if (this.changes.length === 0) return span
    return carryOver(
      span,
      this.changes.filter(c => c.version > version).map(c => c.change),
    )
  }

  private rangeOf(span: Span | undefined): vscode.Range | undefined {
    return span && new vscode.Range(this.document.positionAt(span.start), this.document.positionAt(span.end))
  }
}
