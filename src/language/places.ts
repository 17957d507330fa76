import type * as t from '@babel/types'
import type { Place } from '../ir/recording'
import type { Span } from '../ir/span'
import type { SourceText } from './sourceText'
import { isFunction, unwrap, type Call, type Node } from './syntax'

/** One level of a call stack, found again in the text. */
export interface Frame {
  readonly source: SourceText
  /** The call, where the position is one. */
  readonly call: Call | undefined
  readonly span: Span
  readonly offset: number
}

const framePattern = /(?:\(|at )mtl-file-(\d+):(\d+):(\d+)\)?$/

/** The levels of a stack that lie in the user's files, innermost first. */
export function framesOf(stack: string, sources: readonly SourceText[]): Frame[] {
  return stack.split('\n').flatMap(line => {
    const match = framePattern.exec(line)
    const source = match ? sources[Number(match[1])] : undefined
    if (!match || !source) return []
    const offset = source.offsetOf(Number(match[2]), Number(match[3]))
    const call = source.callAt(offset)
    return [{ source, call, offset, span: call ? source.spanOf(call) : wordAt(source, offset) }]
  })
}

function wordAt(source: SourceText, offset: number): Span {
  if (source.text[offset] === '.') return source.memberAt(offset) ?? source.span(offset, offset + 1)
  if (/[-+*/%&|^<>=!]/.test(source.text[offset] ?? '')) {
    const operation = source.expressionAround(source.span(offset, offset + 1))
    if (operation) return operation
  }
  const match = /^([\w$]+|\S)/u.exec(source.text.slice(offset, offset + 200))
  return source.span(offset, Math.min(source.text.length, offset + (match?.[0].length ?? 1)))
}

/** A place found in the text: the node it stands for, where there is one. */
export interface Located {
  readonly span: Span
  readonly source: SourceText
  readonly node: Node | undefined
  /** False where the place itself is computed and this is what surrounds it. */
  readonly exact: boolean
}

/** Follows a place from its call to the argument, the option's name or its value: through constants and spreads of the same file. */
export function locate({ argument, path = [], key = false }: Place, frame: Frame): Located {
  const { source, call } = frame
  const whole = { span: frame.span, source, node: call as Node | undefined, exact: argument === undefined }
  if (argument === undefined || !call || call.type === 'TaggedTemplateExpression') return whole
  if (call.arguments.slice(0, argument + 1).some(a => a.type === 'SpreadElement')) return whole
  const given = call.arguments[argument]
  if (!given) return whole
  let best: Node = given
  for (const [depth, step] of path.entries()) {
    const container = follow(source, unwrap(best))
    const found = container && (typeof step === 'number' ? element(container, step) : property(source, container, step))
    if (!found) return { span: source.spanOf(best), source, node: unwrap(best), exact: false }
    if (key && depth === path.length - 1 && found.key) return { span: source.spanOf(found.key), source, node: found.key, exact: true }
    best = found.value
  }
  const node = unwrap(best)!
  return { span: source.spanOf(node), source, node, exact: true }
}

interface Found {
  readonly key?: Node
  readonly value: Node
}

function element(container: Node, index: number): Found | undefined {
  if (container.type !== 'ArrayExpression') return undefined
  const before = container.elements.slice(0, index + 1)
  const value = before[index]
  return !value || before.some(e => e?.type === 'SpreadElement') ? undefined : { value }
}

/** The last one of that name wins, as in JavaScript; spreads are looked into. */
function property(source: SourceText, container: Node, name: string): Found | undefined {
  if (container.type !== 'ObjectExpression') return undefined
  for (const item of [...container.properties].reverse()) {
    if (item.type === 'SpreadElement') {
      const inner = follow(source, unwrap(item.argument))
      const found = inner && property(source, inner, name)
      if (found) return found
    } else if (keyName(item) === name) return { key: item.key, value: item.type === 'ObjectMethod' ? item : item.value }
  }
  return undefined
}

export function keyName({ computed, key }: t.ObjectProperty | t.ObjectMethod): string | undefined {
  if (key.type === 'StringLiteral') return key.value
  if (key.type === 'NumericLiteral') return String(key.value)
  return key.type === 'Identifier' && !computed ? key.name : undefined
}

/** A name stands for what its `const` says. */
export function follow(source: SourceText, node: Node | undefined, depth = 0): Node | undefined {
  if (node?.type !== 'Identifier' || depth > 20) return node
  const value = constantValue(source, node)
  return value && follow(source, unwrap(value), depth + 1)
}

function constantValue(source: SourceText, name: t.Identifier): Node | undefined {
  for (let scope = source.parentOf(name); scope; scope = source.parentOf(scope)) {
    if (isFunction(scope) && (scope as t.Function).params.some(p => mentions(p, name.name))) return undefined
    const body = scope.type === 'Program' || scope.type === 'BlockStatement' ? scope.body : []
    for (const statement of body) {
      const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
      if (declaration?.type !== 'VariableDeclaration') continue
      for (const { id, init } of declaration.declarations) {
        if (id.type === 'Identifier' && id.name === name.name) return declaration.kind === 'const' ? (init ?? undefined) : undefined
        if (id.type !== 'Identifier' && mentions(id, name.name)) return undefined
      }
    }
  }
  return undefined
}

function mentions(pattern: Node, name: string): boolean {
  switch (pattern.type) {
    case 'Identifier':
      return pattern.name === name
    case 'AssignmentPattern':
      return mentions(pattern.left, name)
    case 'RestElement':
      return mentions(pattern.argument, name)
    case 'ArrayPattern':
      return pattern.elements.some(e => e && mentions(e, name))
    case 'ObjectPattern':
      return pattern.properties.some(p => mentions(p.type === 'RestElement' ? p.argument : p.value, name))
    default:
      return false
  }
}
