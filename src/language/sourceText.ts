import type * as t from '@babel/types'
import type { Span } from '../ir/span'
import { blank, syntaxProblem, type SyntaxProblem } from './blank'
import { indexCalls, type CallIndex } from './callIndex'
import type { Call, Node } from './syntax'

/** One file of a model: its text, its JavaScript, and the way back from QuickJS's positions to places in the text. */
export class SourceText {
  private lineStarts: number[] | undefined
  private calls: CallIndex | undefined
  private readonly astral: boolean

  private constructor(
    readonly file: string,
    readonly text: string,
    readonly code: string,
    readonly ast: t.Program | null,
    readonly errors: readonly SyntaxProblem[],
  ) {
    this.astral = /[\ud800-\udbff]/.test(text)
  }

  static parse(file: string, text: string): SourceText {
    try {
      const { code, ast, errors } = blank(text)
      return new SourceText(file, text, code, ast, errors)
    } catch (error) {
      const problem = error instanceof RangeError ? nestingProblem(text) : syntaxProblem(error as Error & { pos?: number })
      return new SourceText(file, text, '', null, [problem])
    }
  }

  span(start: number, end: number): Span {
    return { file: this.file, start, end }
  }

  spanOf(node: Node): Span {
    return this.span(node.start!, node.end!)
  }

  textOf(node: Node): string {
    return this.text.slice(node.start!, node.end!)
  }

  /**
   * @param line from 1; QuickJS counts '\n' only
   * @param column from 1, in code points of the blanked text, where a blanked character beyond the basic plane is two spaces
   * @returns UTF-16 offset
   */
  offsetOf(line: number, column: number): number {
    this.lineStarts ??= [0, ...[...this.text.matchAll(/\n/g)].map(match => match.index + 1)]
    let offset = this.lineStarts[line - 1] ?? 0
    if (!this.astral) return Math.min(offset + column - 1, this.text.length)
    for (let i = 1; i < column && offset < this.text.length; i++) offset += this.code.codePointAt(offset)! > 0xffff ? 2 : 1
    return offset
  }

  /** The call that QuickJS reports at this offset. */
  callAt(offset: number): Call | undefined {
    return this.index.calls.get(offset)
  }

  /** The call that a span of the graph stands for. */
  callWith({ start, end }: Span): Call | undefined {
    for (const call of this.index.calls.values()) if (call.start === start && call.end === end) return call
    return undefined
  }

  /** From 1. */
  lineOf(offset: number): number {
    return this.text.slice(0, offset).split('\n').length
  }

  parentOf(node: Node): Node | undefined {
    return this.index.parents.get(node)
  }

  /** Every place where a name stands for itself: not as a property's name. */
  identifiers(name: string): Node[] {
    const found: Node[] = []
    for (const [node, parent] of this.index.parents) {
      if (node.type !== 'Identifier' || node.name !== name) continue
      const isProperty = parent.type === 'MemberExpression' && parent.property === node && !parent.computed
      const isKey = parent.type === 'ObjectProperty' && parent.key === node && !parent.computed && !parent.shorthand
      const isRepeated = parent.type === 'ImportSpecifier' && parent.imported === node && parent.local.start === node.start
      if (!isProperty && !isKey && !isRepeated) found.push(node)
    }
    return [...new Map(found.map(node => [node.start, node])).values()].sort((a, b) => a.start! - b.start!)
  }

  /** The property of an object whose key stands at a place. */
  keyAt({ start, end }: Span): Node | undefined {
    for (const [node, parent] of this.index.parents)
      if (node.start === start && node.end === end && parent.type === 'ObjectProperty' && parent.key.start === start) return parent
    return undefined
  }

  /** `a.b` for the place of its dot. */
  memberAt(offset: number): Span | undefined {
    for (const node of this.index.parents.keys()) {
      const member = node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression'
      if (member && node.object.end! <= offset && offset < node.property.start!) return this.spanOf(node)
    }
    return undefined
  }

  /** The smallest operation around a place: `a + b` for the place of its '+'. */
  expressionAround({ start, end }: Span): Span | undefined {
    let best: Node | undefined
    for (const node of this.index.parents.keys()) {
      const operation = /^(Binary|Unary|Update|Assignment)Expression$|^TemplateLiteral$/.test(node.type)
      if (operation && node.start! <= start && node.end! >= end && (!best || node.end! - node.start! < best.end! - best.start!)) best = node
    }
    return best && this.spanOf(best)
  }

  private get index(): CallIndex {
    return (this.calls ??= this.ast ? indexCalls(this.ast, this.code) : { calls: new Map(), parents: new Map() })
  }
}

/** Where the brackets are nested deepest: the reader's own stack was too small for it. */
function nestingProblem(text: string): SyntaxProblem {
  let depth = 0
  let deepest = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text[i]!)) depth++
    else if (')]}'.includes(text[i]!)) depth--
    if (depth > deepest) [deepest, start] = [depth, i]
  }
  if (deepest < 100) start = longestLine(text)
  return { code: 'mtl/nesting-too-deep', message: 'this expression is nested too deeply to be read', start, end: start + 1 }
}

function longestLine(text: string): number {
  let [best, length, start] = [0, 0, 0]
  for (const line of text.split('\n')) {
    if (line.length > length) [best, length] = [start, line.length]
    start += line.length + 1
  }
  return best
}
