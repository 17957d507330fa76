import type * as t from '@babel/types'
import type { Json } from '../../base/json'
import type { TextEdit } from '../../ir/diagnostic'
import { literal } from '../literal'
import { follow, keyName } from '../places'
import type { SourceText } from '../sourceText'
import { unwrap, type Call, type Node } from '../syntax'
import { Refusal } from './refusal'
import { insertArgument, insertAt, insertProperty, quoteOf } from './text'

/** What changes an option: edits at its own place, or at the constant that it is taken from. */
export interface OptionEdit {
  readonly edits: readonly TextEdit[]
  /** Set where the place is a constant: why, and what would be changed. */
  readonly constant?: { readonly reason: string; readonly title: string }
}

/** Where an option stands in its call. */
export interface OptionPlace {
  /** Of the value itself or of the options object. */
  readonly argument: number
  readonly positional: boolean
  readonly name: string
}

/** @throws Refusal where the value is computed */
export function writeOption(source: SourceText, call: Call, { argument, positional, name }: OptionPlace, value: Json): OptionEdit {
  if (call.type === 'TaggedTemplateExpression') throw new Refusal('the layer is made by a template', source.spanOf(call))
  const spread = call.arguments.slice(0, argument + 1).find(a => a.type === 'SpreadElement')
  if (spread) throw new Refusal(`${name} comes from \`${shortened(source, spread)}\``, source.spanOf(spread))
  const given = call.arguments[argument]
  if (!given) {
    if (call.arguments.length !== argument)
      throw new Refusal(`${name} can't be written: an argument before it is missing`, source.spanOf(call))
    const text = literal(value, quoteOf(source))
    return { edits: [insertArgument(source, call, positional ? text : `{ ${name}: ${text} }`)] }
  }
  return positional ? writeValue(source, given, name, value) : writeProperty(source, given, name, value)
}

function writeProperty(source: SourceText, given: Node, name: string, value: Json): OptionEdit {
  const object = unwrap(given)!
  if (object.type !== 'ObjectExpression') {
    const constant = follow(source, object)
    if (object.type !== 'Identifier' || constant?.type !== 'ObjectExpression')
      throw new Refusal(`the options are \`${shortened(source, object)}\`, which is computed`, source.spanOf(object))
    const inner = writeProperty(source, constant, name, value)
    const reason = `the options are the constant '${object.name}' (line ${source.lineOf(constant.start!)})`
    return { edits: inner.edits, constant: inner.constant ?? { reason, title: `Change ${name} in ${object.name} to ${literal(value)}` } }
  }
  for (const item of [...object.properties].reverse()) {
    // What is spread before it is overridden by a property at the end.
    if (item.type === 'SpreadElement') break
    if (item.computed && keyName(item) === undefined)
      throw new Refusal(`an option's name is computed: \`${shortened(source, item.key)}\``, source.spanOf(item))
    if (keyName(item) !== name) continue
    if (item.type === 'ObjectMethod') throw new Refusal(`${name} is written as a function`, source.spanOf(item))
    return writeValue(source, item.value, name, value)
  }
  return { edits: [insertProperty(source, object, `${name}: ${literal(value, quoteOf(source))}`)] }
}

function writeValue(source: SourceText, given: Node, name: string, value: Json): OptionEdit {
  const node = unwrap(given)!
  if (isLiteral(node)) return { edits: [replaceLiteral(source, node, value)] }
  const at = source.spanOf(node)
  if (node.type !== 'Identifier') throw new Refusal(`${name} is \`${shortened(source, node)}\``, at)
  const constant = follow(source, node)
  if (!constant) throw new Refusal(`${name} is '${node.name}', whose value is not a constant of this file`, at)
  const where = `'${node.name}' (line ${source.lineOf(constant.start!)})`
  if (!isLiteral(constant)) throw new Refusal(`${name} is ${where}, which is \`${shortened(source, constant)}\``, at)
  return {
    edits: [replaceLiteral(source, constant, value)],
    constant: { reason: `${name} is the constant ${where}`, title: `Change ${node.name} to ${literal(value)}` },
  }
}

function replaceLiteral(source: SourceText, node: Node, value: Json): TextEdit {
  const quote = node.type === 'StringLiteral' ? source.text[node.start!]! : quoteOf(source)
  const shorthand = source.parentOf(node)
  const text = literal(value, quote)
  if (shorthand?.type === 'ObjectProperty' && shorthand.shorthand) return insertAt(source, node.end!, `: ${text}`)
  return { span: source.spanOf(node), text }
}

function isLiteral(node: Node): boolean {
  switch (node.type) {
    case 'NumericLiteral':
    case 'StringLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
      return true
    case 'TemplateLiteral':
      return node.expressions.length === 0
    case 'UnaryExpression':
      return node.operator === '-' && node.argument.type === 'NumericLiteral'
    case 'ArrayExpression':
      return node.elements.every(e => e !== null && isLiteral(e))
    case 'ObjectExpression':
      return node.properties.every(
        (p: t.ObjectExpression['properties'][number]) => p.type === 'ObjectProperty' && !p.shorthand && isLiteral(p.value),
      )
    default:
      return node.type === 'Identifier' && node.name === 'undefined'
  }
}

export function shortened(source: SourceText, node: Node): string {
  const text = source.textOf(node).replace(/\s+/g, ' ')
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
