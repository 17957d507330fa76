import type * as t from '@babel/types'
import type { Json } from '../../base/json'
import type { TextEdit } from '../../ir/diagnostic'
import type { Span } from '../../ir/span'
import { literal, quoteText } from '../literal'
import type { SourceText } from '../sourceText'
import { unwrap, type Call, type Node } from '../syntax'

/** Offset edits of the text, as quick fixes and the graph need them. All of them keep the text around as it is. */

/** @param node a name or a text; a text keeps its quotes */
export function replaceName(source: SourceText, node: Node, name: string): TextEdit {
  const quote = /^['"`]/.exec(source.textOf(node))?.[0]
  if (quote) return { span: source.spanOf(node), text: quoteText(name, quote) }
  const text = node.type === 'Identifier' || /^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(name) ? name : quoteText(name, "'")
  const shorthand = source.parentOf(node)
  if (shorthand?.type === 'ObjectProperty' && shorthand.shorthand)
    return { span: source.spanOf(node), text: `${text}: ${source.textOf(node)}` }
  return { span: source.spanOf(node), text }
}

export function insertAt(source: SourceText, offset: number, text: string): TextEdit {
  return { span: source.span(offset, offset), text }
}

/** The quotes that the file uses for its imports. */
export function quoteOf(source: SourceText): string {
  const from = source.ast?.body.find(node => node.type === 'ImportDeclaration')
  return (from?.type === 'ImportDeclaration' && source.text[from.source.start!]) || "'"
}

/** After the last argument of a call. */
export function insertArgument(source: SourceText, call: Exclude<Call, t.TaggedTemplateExpression>, text: string): TextEdit {
  const last = call.arguments.at(-1)
  return last ? insertAt(source, last.end!, `, ${text}`) : insertAt(source, call.end! - 1, text)
}

/** Writes `option: value` into the object at an argument of a call. @returns undefined where that is no object literal */
export function setOption(source: SourceText, call: Call, argument: number, option: string, value: Json): TextEdit | undefined {
  if (call.type === 'TaggedTemplateExpression' || call.arguments.some(a => a.type === 'SpreadElement')) return undefined
  const text = `${option}: ${literal(value)}`
  const given = unwrap(call.arguments[argument])
  if (!given) {
    const last = call.arguments.at(-1)
    if (!last || call.arguments.length !== argument) return undefined
    return insertAt(source, last.end!, `, { ${text} }`)
  }
  return given.type === 'ObjectExpression' ? insertProperty(source, given, text) : undefined
}

/** After the last property, in the layout of the others: on a line of its own where they are. */
export function insertProperty(source: SourceText, object: t.ObjectExpression, text: string): TextEdit {
  const last = object.properties.at(-1)
  if (!last) return { span: source.spanOf(object), text: `{ ${text} }` }
  const after = source.text.slice(last.end!, object.end!)
  const comma = /^\s*,/.exec(after)
  const lineStart = source.text.lastIndexOf('\n', last.start!) + 1
  const indent = /^[ \t]*/.exec(source.text.slice(lineStart))![0]
  const ownLine = lineStart > object.start!
  if (!ownLine) return comma ? insertAt(source, last.end! + comma[0].length, ` ${text}`) : insertAt(source, last.end!, `, ${text}`)
  const newline = source.text[lineStart - 2] === '\r' ? '\r\n' : '\n'
  // Before a comment at the end of the line: the comment belongs to the property that it follows.
  const end = comma ? last.end! + comma[0].length : last.end!
  const rest = /^[ \t]*(\/\/[^\r\n]*|\/\*[^\n]*?\*\/[ \t]*(?=\r?\n))/.exec(source.text.slice(end))
  if (comma) return insertAt(source, end + (rest?.[0].length ?? 0), `${newline}${indent}${text},`)
  return insertAt(source, last.end!, `,${newline}${indent}${text}`)
}

/**
 * One of several arguments, elements or properties, as it is taken out: with its comma; with its line and the comment at its end
 * where it has one of its own.
 * @param end of what holds them
 */
export function itemSpan(source: SourceText, items: readonly (Node | null)[], index: number, end: number): Span {
  const item = items[index]!
  const before = items[index - 1]
  const after = items[index + 1]
  const { text } = source
  const rest = /^[ \t]*,?[ \t]*(\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?=\r?\n)/.exec(text.slice(item.end!, end))
  const lineStart = text.lastIndexOf('\n', item.start!) + 1
  const isAlone = ownLine(source, item) !== undefined && rest !== null
  if (isAlone && (after || /^[ \t]*,/.test(rest[0]))) {
    const newline = /^\r?\n/.exec(text.slice(item.end! + rest[0].length))![0]
    return source.span(lineStart, item.end! + rest[0].length + newline.length)
  }
  if (after) return source.span(item.start!, after.start!)
  return source.span(before ? before.end! : item.start!, item.end!)
}

/** The indent of a node that begins its line. */
export function ownLine(source: SourceText, node: Node): string | undefined {
  const lineStart = source.text.lastIndexOf('\n', node.start! - 1) + 1
  const before = source.text.slice(lineStart, node.start!)
  return lineStart > 0 && /^[ \t]*$/.test(before) ? before : undefined
}

/** The name under which the file knows a function of the vocabulary, and the edits that import it where it does not. */
export function localName(source: SourceText, name: string): { readonly name: string; readonly edits: readonly TextEdit[] } {
  for (const node of source.ast?.body ?? []) {
    if (node.type !== 'ImportDeclaration' || node.source.value !== 'mtl' || node.importKind === 'type') continue
    for (const specifier of node.specifiers) {
      if (specifier.type === 'ImportNamespaceSpecifier') return { name: `${specifier.local.name}.${name}`, edits: [] }
      const imported = specifier.type === 'ImportSpecifier' && specifier.importKind !== 'type' ? specifier.imported : undefined
      if (imported?.type === 'Identifier' && imported.name === name) return { name: specifier.local.name, edits: [] }
    }
  }
  return { name, edits: importName(source, name) }
}

/** Adds names to the import from 'mtl', where they are missing. */
export function importName(source: SourceText, name: string): TextEdit[] {
  const imports = source.ast?.body.filter(
    node => node.type === 'ImportDeclaration' && node.source.value === 'mtl' && node.importKind !== 'type',
  ) as t.ImportDeclaration[]
  const specifiers = imports.flatMap(node => node.specifiers)
  if (specifiers.some(s => s.local.name === name)) return []
  const last = specifiers.filter(s => s.type === 'ImportSpecifier').at(-1)
  if (last) return [insertAt(source, last.end!, `, ${name}`)]
  return [insertAt(source, 0, `import { ${name} } from 'mtl'\n`)]
}
