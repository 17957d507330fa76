import type { Span } from './span'

export type Severity = 'error' | 'warning' | 'information'

/** A problem found in a model file. Codes are stable and documented in docs/diagnostics.md. */
export interface Diagnostic {
  /** 'mtl/shape-mismatch', 'mtl/unknown-option', … */
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly span: Span
  readonly related?: readonly { readonly message: string; readonly span: Span }[]
  readonly fixes?: readonly Fix[]
}

/** An edit of the text offered for a diagnostic. */
export interface Fix {
  readonly title: string
  readonly edits: readonly TextEdit[]
}

/** Replaces [start, end) of the span's file by `text`. */
export interface TextEdit {
  readonly span: Span
  readonly text: string
}
