import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../ir/diagnostic'
import type { Span } from '../ir/span'
import type { LocatedDiagnostic } from '../runs/launch'

/** Gives diagnostics lines and columns for those who read no offsets. Each file's text is read once. */
export class Locator {
  private readonly lineStarts = new Map<string, readonly number[]>()

  /**
   * @param root spans are relative to it
   * @param texts known texts by path relative to root; they win over the disk
   */
  constructor(
    private readonly root: string,
    private readonly texts: Readonly<Record<string, string>> = {},
  ) {}

  locate(diagnostic: Diagnostic): LocatedDiagnostic {
    const { span } = diagnostic
    const start = this.position(span.file, span.start)
    const end = this.position(span.file, span.end)
    return { ...diagnostic, path: join(this.root, span.file), ...start, endLine: end.line, endColumn: end.column }
  }

  /** @returns line and column, starting at 1 */
  position(file: string, offset: number): { readonly line: number; readonly column: number } {
    const starts = this.startsOf(file)
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - starts[low]! + 1 }
  }

  private startsOf(file: string): readonly number[] {
    let starts = this.lineStarts.get(file)
    if (!starts) {
      starts = lineStarts(this.texts[file] ?? textOf(join(this.root, file)))
      this.lineStarts.set(file, starts)
    }
    return starts
  }
}

/** The start of a file: where an error has no better place. */
export const startOf = (file: string): Span => ({ file, start: 0, end: 0 })

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return starts
}
