import type * as t from '@babel/types'
import type { Diagnostic } from '../ir/diagnostic'
import { diagnosticCodes, type DiagnosticCode } from '../ir/diagnosticCodes'
import type { Span } from '../ir/span'
import { framesOf, type Frame } from './places'
import type { SandboxFailure } from './sandbox'
import type { SourceText } from './sourceText'
import { forEachChild, isFunction, isLoop, unwrap, type Node } from './syntax'

/** A model file that stopped in the middle, as a diagnostic at the best place known. */
export function failureDiagnostic(failure: SandboxFailure, sources: readonly SourceText[]): Diagnostic {
  const frames = framesOf(failure.stack, sources)
  const { code, message, span } = explain(failure, frames, sources)
  const related = frames.slice(1, 4).map(frame => ({ message: 'called from here', span: frame.span }))
  return { code, severity: 'error', message: readable(message), span, related }
}

const longestMessage = 600

/** What a model file says itself may be of any length. */
export const readable = (message: string): string =>
  message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message

function explain(
  failure: SandboxFailure,
  frames: readonly Frame[],
  sources: readonly SourceText[],
): { code: DiagnosticCode; message: string; span: Span } {
  const first = frames[0]
  switch (failure.kind) {
    case 'time':
      return {
        code: 'mtl/time-limit',
        message: 'evaluation was stopped because it took too long: is this without an end?',
        span: suspect(frames, sources),
      }
    case 'memory':
      return {
        code: 'mtl/memory-limit',
        message: 'the model file needs more than 64 MB while it is evaluated',
        span: suspect(frames, sources),
      }
    case 'recursion':
      return {
        code: 'mtl/recursion',
        message: 'functions call each other without end, or too deeply',
        span: first?.span ?? suspect(frames, sources),
      }
    case 'internal':
      return { code: 'mtl/internal', message: `the evaluator failed: ${failure.message}`, span: suspect(frames, sources) }
    case 'error': {
      const tagged = /^(mtl\/[a-z-]+): (.*)$/s.exec(failure.message)
      if (tagged && Object.hasOwn(diagnosticCodes, tagged[1]!))
        return { code: tagged[1] as DiagnosticCode, message: tagged[2]!, span: loopAround(first) ?? first?.span ?? start(sources) }
      return runtimeError(failure, first, sources)
    }
  }
}

/** Names that exist in browsers or Node, and not here. */
const elsewhere =
  /^'(console|process|require|module|window|document|fetch|setTimeout|setInterval|Buffer|performance|crypto|structuredClone|URL|alert|Atomics|SharedArrayBuffer|WeakRef|FinalizationRegistry)' is not defined$/

function runtimeError({ name, message }: SandboxFailure, first: Frame | undefined, sources: readonly SourceText[]) {
  const code = 'mtl/runtime-error' as const
  if (!first) return { code, message: message || 'the file stopped with an error', span: throwStatement(sources) }
  const { call, source } = first
  const missed = /^not a function$|(?<=^ is )not a constructor$/.exec(message)?.[0]
  if (missed && call && call.type !== 'TaggedTemplateExpression') {
    const text = source.textOf(unwrap(call.callee)!)
    return { code, message: `${text.length > 60 ? 'this' : text} is ${missed}`, span: calleeSpan(first, call.callee) }
  }
  const constant = /^'(.+)' is read-only$/.exec(message)?.[1]
  // QuickJS names the next place that it knows of, which may be another line.
  const assignment = constant === undefined ? undefined : search(source.ast, node => assignedName(node) === constant)
  if (assignment) return { code, message, span: source.spanOf(assignment) }
  const missing = elsewhere.exec(message)
  if (missing)
    return { code, message: `${missing[1]} does not exist in model files: they describe the model and do nothing else`, span: first.span }
  const known = /^(Error|TypeError|ReferenceError|RangeError|SyntaxError|InternalError|)$/.test(name)
  return { code, message: known ? message || 'the file stopped with an error' : `${name}: ${message}`, span: first.span }
}

/** `penguins.labels`: the wrong name alone. */
function calleeSpan({ source }: Frame, callee: Node): Span {
  const member = callee.type === 'MemberExpression' || callee.type === 'OptionalMemberExpression'
  return source.spanOf(member && !callee.computed ? callee.property : callee)
}

/** `a` of `a = 1` and of `a++`. */
function assignedName(node: Node): string | undefined {
  const target = node.type === 'AssignmentExpression' ? node.left : node.type === 'UpdateExpression' ? node.argument : undefined
  const name = unwrap(target)
  return name?.type === 'Identifier' ? name.name : undefined
}

const start = (sources: readonly SourceText[]): Span => sources[0]!.span(0, Math.min(1, sources[0]!.text.length))

function throwStatement(sources: readonly SourceText[]): Span {
  for (const source of sources) {
    const found = search(source.ast, node => node.type === 'ThrowStatement')
    if (found) return source.spanOf(found)
  }
  return start(sources)
}

/**
 * QuickJS does not know where it stopped, only where it last called something: the innermost loop around that call, else
 * the next loop of the same function, else that call where it can take long by itself, else the first of the file that can.
 */
function suspect(frames: readonly Frame[], sources: readonly SourceText[]): Span {
  const [frame] = frames
  const long = frame && isLong(frame.call) ? frame.span : undefined
  return loopAround(frame) ?? nextLoop(frame) ?? long ?? suspicious(sources) ?? frame?.span ?? start(sources)
}

/** Without any stack: what may take for ever in these files. */
export const suspectIn = (sources: readonly SourceText[]): Span => suspicious(sources) ?? start(sources)

function suspicious(sources: readonly SourceText[]): Span | undefined {
  for (const test of [isEndlessLoop, isLong, isLoop, isRecursive]) {
    for (const source of sources) {
      const found = search(source.ast, test)
      if (found) return headOf(source, found)
    }
  }
  return undefined
}

/** A loop is marked by its head: `while (true)`. */
function headOf(source: SourceText, node: Node): Span {
  if (!isLoop(node)) return source.spanOf(node)
  if (node.type === 'DoWhileStatement') return source.span(node.start!, node.start! + 2)
  const end = source.text.slice(0, node.body.start!).trimEnd().length
  return source.span(node.start!, end)
}

function loopAround(frame: Frame | undefined): Span | undefined {
  if (!frame) return undefined
  const { source, span } = frame
  let inner: Node | undefined
  search(source.ast, node => {
    if (node.start! > span.start || node.end! < span.end) return false
    if (isFunction(node)) inner = undefined
    if (isLoop(node)) inner = node
    return false
  })
  return inner && headOf(source, inner)
}

function nextLoop(frame: Frame | undefined): Span | undefined {
  if (!frame) return undefined
  const { source, span } = frame
  let scope: Node | null = source.ast
  search(source.ast, node => {
    if (isFunction(node) && node.start! <= span.start && node.end! >= span.end) scope = node
    return false
  })
  const found = search(scope, node => isLoop(node) && node.start! >= span.start)
  return found && headOf(source, found)
}

/** Depth first, in the order of the text. */
function search(root: Node | null, test: (node: Node) => boolean): Node | undefined {
  const open: Node[] = root ? [root] : []
  for (let node = open.pop(); node; node = open.pop()) {
    if (test(node)) return node
    const children: Node[] = []
    forEachChild(node, child => children.push(child))
    open.push(...children.sort((a, b) => b.start! - a.start!))
  }
  return undefined
}

function isEndlessLoop(node: Node): boolean {
  if (node.type === 'ForStatement') return !node.test
  if (node.type !== 'WhileStatement' && node.type !== 'DoWhileStatement') return false
  return (node.test.type === 'BooleanLiteral' && node.test.value) || (node.test.type === 'NumericLiteral' && node.test.value !== 0)
}

const longMethods = new Set([
  'sort',
  'toSorted',
  'join',
  'reverse',
  'repeat',
  'fill',
  'splice',
  'unshift',
  'copyWithin',
  'indexOf',
  'lastIndexOf',
  'includes',
  'stringify',
  'parse',
  'flat',
  'padStart',
  'padEnd',
  'test',
  'exec',
  'match',
  'matchAll',
  'replace',
  'replaceAll',
  'split',
  'concat',
  'toString',
  'normalize',
  'raw',
])
const longConstructors = /^(Array|ArrayBuffer|\w+Array|RegExp|String|Function)$/

/** Native calls that don't look at the clock. */
function isLong(node: Node | undefined): boolean {
  if (!node) return false
  if (node.type === 'BinaryExpression') return node.operator === '**' && /BigInt/.test(node.left.type)
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return false
  const { callee } = node
  const name = memberName(callee)
  if (name !== undefined) {
    const borrowed = name === 'call' || name === 'apply' ? memberName((callee as t.MemberExpression).object) : undefined
    return longMethods.has(borrowed ?? name)
  }
  return callee.type === 'Identifier' && longConstructors.test(callee.name)
}

const memberName = (node: Node): string | undefined =>
  node.type === 'MemberExpression' && node.property.type === 'Identifier' ? node.property.name : undefined

/** A function that calls itself by name. */
function isRecursive(node: Node): boolean {
  const name = node.type === 'FunctionDeclaration' ? node.id?.name : node.type === 'FunctionExpression' ? node.id?.name : undefined
  return (
    name !== undefined &&
    search(
      node,
      inner => inner !== node && inner.type === 'Identifier' && inner.name === name && inner.start !== (node as { id?: Node }).id?.start,
    ) !== undefined
  )
}
