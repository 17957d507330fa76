import type { TextEdit } from '../../ir/diagnostic'
import type { GraphNode } from '../../ir/graph'
import type { GraphEdit } from '../../ir/graphEdit'
import { layerOf } from '../../layers/table'
import { literal } from '../literal'
import type { SourceText } from '../sourceText'
import { unwrap, type Node } from '../syntax'
import type { GraphText } from './applications'
import { isPipe } from './applications'
import { checkValue, layerText } from './layerText'
import { meaningOf, withInserted, withOptions, withoutNodes } from './meaning'
import { writeOption } from './options'
import type { Draft } from './draft'
import { insertArgument, insertAt, itemSpan, ownLine } from './text'

type Edit<K extends GraphEdit['kind']> = Extract<GraphEdit, { kind: K }>

export function setOption(text: GraphText, { node: id, option, value }: Edit<'setOption'>): Draft {
  const { node, source, call } = text.layer(id)
  const { kind, positional, options } = layerOf(node.kind)!
  checkValue(kind, options, option, value)
  const position = positional.indexOf(option)
  const place = { argument: position < 0 ? positional.length : position, positional: position >= 0, name: option }
  const nodes = text.madeBy(node)
  return {
    title: `Set ${option} of ${node.name} to ${literal(value)}`,
    ...writeOption(source, call, place, value),
    note: noteOf(nodes),
    expected: withOptions(meaningOf(text.graph), ids(nodes), given => ({ ...given, [option]: value })),
  }
}

export function replaceLayer(text: GraphText, { node: id, layer }: Edit<'replaceLayer'>): Draft {
  const { node, source, call } = text.layer(id)
  const written = layerText(source, layer)
  const nodes = text.madeBy(node)
  return {
    title: `Replace ${node.name} by ${written.text}`,
    edits: [{ span: source.spanOf(call), text: written.text }, ...written.imports],
    note: noteOf(nodes),
    expected: withOptions(meaningOf(text.graph), ids(nodes), () => written.options, layer.kind),
  }
}

export function insertLayer(text: GraphText, { node: id, where, layer }: Edit<'insertLayer'>): Draft {
  const node = text.node(id)
  const inLanguage = where === 'after' && node.use === null && !text.graph.tasks.some(task => task.output === id)
  if (!inLanguage) text.layer(id)
  const source = inLanguage ? text.call(node.span, `'${node.name}'`).source : text.application(node).source
  const written = layerText(source, layer)
  const nodes = inLanguage ? text.madeBy(node) : text.appliedBy(node)
  const edits = inLanguage
    ? appended(source, text.call(node.span, `'${node.name}'`).call, written.text)
    : inserted(text, node, where, written.text)
  return {
    title: `Insert ${written.text} ${where} ${node.name}`,
    edits: [...edits, ...written.imports],
    note: noteOf(nodes),
    expected: withInserted(meaningOf(text.graph), ids(nodes), where, { kind: layer.kind, options: written.options }),
  }
}

/** Behind what is no layer, such as features or a name: at the beginning of its pipe, or in a new one. */
export function appended(source: SourceText, call: Node, text: string): TextEdit[] {
  const member = source.parentOf(call)
  const pipe = member && source.parentOf(member)
  if (pipe?.type === 'CallExpression' && pipe.callee === member && isPipe(pipe) && pipe.arguments.length > 0)
    return [insertAt(source, pipe.arguments[0]!.start!, `${text}, `)]
  return [insertAt(source, call.end!, `.pipe(${text})`)]
}

function inserted(text: GraphText, node: GraphNode, where: 'before' | 'after', layer: string): TextEdit[] {
  const application = text.application(node)
  const { source, call } = application
  if (application.form === 'call') return wrapped(source, where === 'before' ? application.tensor : call, layer)
  const index = where === 'before' ? application.argument : application.argument + 1
  const next = call.arguments[index]
  if (!next) return [insertArgument(source, call, layer)]
  const indent = ownLine(source, next)
  return [insertAt(source, next.start!, indent === undefined ? `${layer}, ` : `${layer},${newlineOf(source)}${indent}`)]
}

export const wrapped = (source: SourceText, node: Node, layer: string): TextEdit[] => [
  insertAt(source, node.start!, `${layer}(`),
  insertAt(source, node.end!, ')'),
]

export function removeLayer(text: GraphText, { node: id }: Edit<'removeLayer'>): Draft {
  const { node } = text.layer(id)
  const application = text.application(node)
  const nodes = text.appliedBy(node)
  const { source, call } = application
  const edit =
    application.form === 'call'
      ? { span: source.spanOf(call), text: operandText(source, application.tensor) }
      : call.arguments.length === 1
        ? { span: source.spanOf(call), text: source.textOf((call.callee as { object: Node }).object) }
        : { span: itemSpan(source, call.arguments, application.argument, call.end!), text: '' }
  return {
    title: `Remove ${node.name}`,
    edits: [edit],
    note: noteOf(nodes),
    expected: withoutNodes(meaningOf(text.graph), ids(nodes)),
  }
}

/** In the place of a call, what is no simple expression needs parentheses. */
export function operandText(source: SourceText, node: Node): string {
  const inner = unwrap(node)!
  const simple = /^(Identifier|CallExpression|MemberExpression)$/.test(inner.type) && inner === node
  return simple ? source.textOf(node) : `(${source.textOf(node)})`
}

const newlineOf = (source: SourceText): string => (source.text.includes('\r\n') ? '\r\n' : '\n')

export const ids = (nodes: readonly GraphNode[]): Set<number> => new Set(nodes.map(node => node.id))

export const noteOf = (nodes: readonly GraphNode[]): string | null =>
  nodes.length > 1 ? `this line makes ${nodes.length} layers; all of them change` : null
